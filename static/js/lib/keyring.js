// The page's way to its keyring: a worker, which alone sees private keys and content keys, does every call.
// A failure is an Error with the name that it had there: NoKeyHere, WrongKey, CannotOpen, UnacceptableKey (with
// `rule`), InvalidDocument (with `member`), or Unavailable if the browser keeps nothing or runs no worker.
import { workerAddress } from "./html.js";
import { getText } from "./http.js";
import { get, removeAll } from "./keyring_store.js";

const ADDRESS = "/keys/account.json";
const waiting = new Map();
let worker = null;
let last = 0;
let loading = null;

export const importKey = (account, pem) => callAndPersist("importKey", account, [pem]);
export const exportKey = (account) => callWithKey("exportKey", account);
export const openEnvelope = (account, members) => callWithKey("openEnvelope", account, [members]);
export const rewrap = (account, request) => callWithKey("rewrap", account, [request]);
export const sealDraft = (account, draft) => call("sealDraft", account, [draft]);
export const saveDraft = (account, slot, draft) => call("saveDraft", account, [slot, draft]);
export const loadDraft = (account, slot) => call("loadDraft", account, [slot]);
export const listDrafts = (account, prefix) => call("listDrafts", account, [prefix]);
export const noteSent = (account, post, digest) => call("noteSent", account, [post, digest]);
export const sentOf = (account, post) => call("sentOf", account, [post]);
export const dropDraft = (account, slot) => call("dropDraft", account, [slot]);
export const signOwn = (account, own) => callWithKey("signOwn", account, [own]);
/** A call that changes the keys of a person, or of which few pages need: a method of lib/keyring_worker.js. */
export const prepare = (account, method, ...args) => call(method, account, args);

/** What the person's keys are to this browser, as `useAccount` in lib/keyring_account.js says; asked for once in a page. */
export function loadAccount(account) {
  loading ??= askForAccount(account).catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

/** The same, asked for anew: something changed. */
export function reloadAccount(account) {
  loading = null;
  return loadAccount(account);
}

/** The text of `account.json` with the boxes of a recipient: of this browser's device, unless another one is named. */
export async function accountText(account, recipient = null) {
  const device = recipient ?? (await get(account, "account", "device").catch(() => null))?.fingerprint;
  return getText(device ? `${ADDRESS}?for=${device}` : ADDRESS);
}

/** Ends the worker, and deletes all that this browser keeps for the account. */
export async function forgetAll(account) {
  worker?.terminate();
  worker = null;
  loading = null;
  await removeAll(account);
}

/** Asks the browser not to clear the keys away when the disk is full. Some ask the person: nobody waits for it. */
export function persist() {
  navigator.storage?.persist?.().catch(() => false);
}

async function askForAccount(account) {
  const status = await call("useAccount", account, [await accountText(account)]);
  if (status.device) {
    // Reading comes first.
    setTimeout(() => document.dispatchEvent(new CustomEvent("key:idle", { detail: status })), status.isMoving ? 500 : 10_000);
  }
  return status;
}

// Own keys open what is for them, whatever becomes of the account's.
async function callWithKey(method, account, args) {
  const failure = await loadAccount(account).then(
    () => null,
    (error) => error,
  );
  try {
    return await call(method, account, args);
  } catch (error) {
    throw failure && error.name === "NoKeyHere" ? failure : error;
  }
}

function callAndPersist(...request) {
  persist();
  return call(...request);
}

function call(method, account, args = []) {
  last += 1;
  const id = last;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    try {
      worker ??= start();
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

function receive({ id, result, error }) {
  const asked = waiting.get(id);
  waiting.delete(id);
  if (error) {
    asked.reject(Object.assign(new Error(error.message), error));
  } else {
    asked.resolve(result);
  }
}

function fail(cause) {
  worker?.terminate();
  worker = null;
  for (const { reject } of waiting.values()) {
    reject(Object.assign(new Error("", { cause }), { name: "Unavailable" }));
  }
  waiting.clear();
}
