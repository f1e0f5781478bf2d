// The page's way to its keyring: a worker, which alone sees private keys and content keys, does every call.
// A failure is an Error with the name that it had there: NoKeyHere, WrongKey, CannotOpen, UnacceptableKey (with
// `rule`), InvalidDocument (with `member`), KeyProblem, Outdated if pages of another version of this site are
// open, or Unavailable if the browser keeps nothing, runs no worker, or has forgotten this person.
import { workerAddress } from "./html.js";
import { getText } from "./http.js";
import { forget, get } from "./keyring_store.js";

const ADDRESS = "/keys/account.json";
// By these errors the keyring says that it could not know it without the person's keys.
const FOR_WANT = ["NoAccountKey", "NoKeyHere", "NotChecked"];
const waiting = new Map();
let worker = null;
let last = 0;
let loading = null;
let loads = 0; // on their way
let isForgotten = false;

export const exportKey = (account) => callWithKey("exportKey", account);
export const openEnvelope = (account, members) => callWithKey("openEnvelope", account, [members]);
export const rewrap = (account, request) => callWithKey("rewrap", account, [request]);
export const sealDraft = (account, draft) => callWithKey("sealDraft", account, [draft]);
export const signOwn = (account, own) => callWithKey("signOwn", account, [own]);

export function importKey(account, pem) {
  persist();
  return call("importKey", account, [pem]);
}

/** A call that changes the keys of a person, or of which few pages need: a method of lib/keyring_worker.js. */
export async function prepare(account, method, ...args) {
  if (loads > 0) {
    await loading?.catch(() => null);
  }
  const asked = loading;
  try {
    return await call(method, account, args);
  } catch (error) {
    // The worker has forgotten the account's keys meanwhile, and loads them anew.
    if (asked && asked !== loading && FOR_WANT.includes(error.name)) {
      await loadAccount(account);
      return prepare(account, method, ...args);
    }
    throw error;
  }
}

/** Whether somebody waits for the keyring. */
export const isBusy = () => waiting.size > 0;

/** Whether a tab of this browser deleted all that it kept for the person of this page. */
export const wasForgotten = () => isForgotten;

/** What the person's keys are to this browser, as `useAccount` in lib/keyring_account.js says; asked for once in a page. */
export function loadAccount(account) {
  loading ??= askForAccount(account).catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

/** The same, asked for anew: something changed. What was in memory goes first. */
export function reloadAccount(account) {
  forgetKeys(account);
  return loadAccount(account);
}

/** What is in memory of the account's keys goes. */
export function forgetKeys(account) {
  loading = null;
  worker && call("forgetAccount", account).catch(() => null);
}

/** The text of `account.json` with the boxes of a recipient: of this browser's device, unless another one is named. */
export async function accountText(account, recipient = null) {
  const device = recipient ?? (await get(account, "account", "device").catch(() => null))?.fingerprint;
  return getText(device ? `${ADDRESS}?for=${device}` : ADDRESS);
}

/** Ends the workers of all tabs, and deletes all that this browser keeps for the account. */
export async function forgetAll(account) {
  end();
  await Promise.all([forget(account), import("./zip_sink.js").then(({ clearLeftovers }) => clearLeftovers())]);
}

/** Asks the browser not to clear the keys away when the disk is full. Some ask the person: nobody waits for it. */
export function persist() {
  navigator.storage?.persist?.().catch(() => false);
}

async function askForAccount(account) {
  loads += 1;
  const status = await look(account).finally(() => (loads -= 1));
  if (status.device) {
    // Reading comes first.
    setTimeout(() => document.dispatchEvent(new CustomEvent("key:idle", { detail: status })), status.isMoving ? 500 : 10_000);
  }
  return status;
}

async function look(account) {
  const once = async () => call("useAccount", account, [await accountText(account)]);
  const status = await once();
  // The answer may have been on its way while another tab changed the keys.
  return status.state === "older" ? once() : status;
}

// Own keys open what is for them, whatever becomes of the account's.
async function callWithKey(method, account, args = []) {
  const asked = loadAccount(account);
  const failure = await asked.then(() => null, (error) => error);
  if (!failure && asked !== loading) {
    return callWithKey(method, account, args);
  }
  return prepare(account, method, ...args).catch((error) => {
    throw failure && FOR_WANT.includes(error.name) ? failure : error;
  });
}

function call(method, account, args = []) {
  last += 1;
  const id = last;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    try {
      worker ??= isForgotten ? null : start();
      worker.postMessage({ id, method, account, args });
    } catch (error) {
      fail(error);
    }
  });
}

function start() {
  const started = new Worker(workerAddress("keyring"), { type: "module", name: "keyring" });
  started.addEventListener("message", ({ data }) => receive(data));
  // Its script did not load, or broke. The next call starts another worker.
  started.addEventListener("error", () => fail());
  return started;
}

// What a worker has to say unasked is an event of the page.
function receive({ id, event, result, error }) {
  if (event) {
    event === "browser.forgotten" ? end() : document.dispatchEvent(new CustomEvent(event, { detail: {} }));
    return;
  }
  const asked = waiting.get(id);
  waiting.delete(id);
  error ? asked.reject(Object.assign(new Error(error.message), error)) : asked.resolve(result);
}

// The keyring keeps nothing of the person here any more, and stores nothing more.
function end() {
  isForgotten = true;
  fail();
}

function fail(cause) {
  worker?.terminate();
  worker = null;
  loading = null;
  for (const { reject } of waiting.values()) {
    reject(Object.assign(new Error("", { cause }), { name: "Unavailable" }));
  }
  waiting.clear();
}
