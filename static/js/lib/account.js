// Changes of a person's keys, as pages make them: one at a time in a browser, each from what the server says just before.
// Where another browser was faster the change is made anew, and where the answer is lost `account.json` says what landed.
import { getJson, postJson } from "./http.js";
import * as keyring from "./keyring.js";
import { deleteObject } from "./store.js";

const ACCOUNT = "/keys/account/";
const KEYHOLDERS = "/keys/keyholders/";
const PUBLIC_KEYS = "/keys/public_keys.json";
const WORDS = {
  letters: "code-letters",
  length: "code-length",
  checksum: "code-checksum",
  OtherCode: "other-code",
  NotEndorsed: "not-endorsed",
};

// Of one change, when other browsers are faster.
const TRIES = 3;

// What this very tab does is no news to it: it hears of it before anybody else, and shows no toast.
const NEWS = "device.added device.lost code.made code.used key.replaced start_over.asked start_over.done".split(" ");
const mine = new Set();
let isBeingAdded = false;
NEWS.forEach((name) => document.addEventListener(name, hold, { capture: true }));

/** The list of keyholders with this number comes from this tab. */
export const noteOwn = (number) => mine.add(number);

/** Whether the next device that is added may be this browser. */
export const expectOwn = (isExpected) => (isBeingAdded = isExpected);

function hold(event) {
  if (mine.has(event.detail.number) || (isBeingAdded && event.type === "device.added")) {
    event.stopImmediatePropagation();
  }
}

/** The name of the message that says what is wrong with a code, or undefined if that is not what went wrong. */
export function wordsForCode({ name, reason }) {
  return WORDS[name === "InvalidCode" ? reason : name];
}

/**
 * {status, code}: makes the first account key unless there is one. The status is as in lib/keyring_account.js; the code
 * is the recovery code that was made along with it, or null.
 */
export async function makeAccount(account, { name, kept }) {
  keyring.persist();
  let made = null;
  const status = await change(account, ACCOUNT, async ({ state }) => {
    made = state === "none" ? await keyring.prepare(account, "prepareAccount", { name, kept }) : null;
    return made?.request;
  });
  return { status, code: status.state === "ready" ? (made?.code ?? null) : null };
}

/** The new recovery code, which waits until somebody confirms it. */
export async function makeCode(account) {
  let made = null;
  await change(account, KEYHOLDERS, async () => {
    made = await keyring.prepare(account, "prepareCode");
    return made.request;
  });
  return made.code;
}

/** Sends a new list of keyholders, which the keyring prepares under this name. */
export async function changeKeyholders(account, prepare, ...args) {
  return change(account, KEYHOLDERS, async () => (await keyring.prepare(account, prepare, ...args)).request);
}

/** Replaces the account's key; `kept` has the fingerprints of whom else it is given. The new status. */
export async function replaceKey(account, { cause, kept }) {
  return change(account, ACCOUNT, async () => {
    const { public_keys: publicKeys } = await getJson(PUBLIC_KEYS, { promised: ["public_keys"] });
    return keyring.prepare(account, "prepareReplacement", { cause, kept, publicKeys });
  });
}

/**
 * Asks for an account key that nothing before it signed, unless this browser waits for one, or holds one, already. `own`
 * has the fingerprints of the own keys that go on. The new status.
 */
export async function startOver(account, { name, own }) {
  keyring.persist();
  return change(account, ACCOUNT, async ({ state }) => {
    const isMet = state === "ready" || (await keyring.prepare(account, "startingOver")).state === "waiting";
    return isMet ? null : keyring.prepare(account, "prepareReset", { name, own });
  });
}

/** Takes this browser off the list, if it is on it, and deletes all that it keeps for the person. */
export async function forgetBrowser(account) {
  let device = null;
  await change(account, KEYHOLDERS, async (status) => {
    if (status.state !== "ready") {
      return null;
    }
    device = status.device;
    return (await keyring.prepare(account, "prepareLeaving")).request;
  });
  if (device) {
    // Without it nothing opens what is left of this browser on some disk. It opens nothing else.
    await deleteObject(`local/${device}`).catch(() => null);
  }
  await keyring.forgetAll(account);
}

/** Puts this browser on the list with a recovery code as somebody typed it; InvalidCode, OtherCode or NotEndorsed. */
export async function recover(account, { typed, name }) {
  keyring.persist();
  return change(account, KEYHOLDERS, async () => {
    const text = await textForCode(account, typed);
    return (await keyring.prepare(account, "prepareRecovery", { typed, text, name })).request;
  });
}

/** Resolves if this code would bring everything back; the same errors. */
export async function checkCode(account, typed) {
  await keyring.prepare(account, "checkCode", typed, await textForCode(account, typed));
}

async function textForCode(account, typed) {
  return keyring.accountText(account, await keyring.prepare(account, "codeFingerprint", typed));
}

/** Two tabs never change the keys at once. */
export function alone(account, act) {
  return navigator.locks.request(`secureblogs-keys-${account}`, act);
}

// Sends what `prepare` makes for the status of this moment, nothing where it has nothing left to ask for; the new status.
function change(account, address, prepare) {
  return alone(account, async () => {
    for (let tries = 1; ; tries += 1) {
      const status = await keyring.reloadAccount(account);
      const request = await prepare(status);
      if (!request) {
        return status;
      }
      noteOwn(request.keyholders?.number ?? request.number);
      try {
        await postJson(address, request, { promised: ["account"] });
        return await keyring.reloadAccount(account);
      } catch (error) {
        if (isDoubtful(error) && (await hasLanded(account, request))) {
          return keyring.reloadAccount(account);
        }
        if (!isTooLate(error) || tries === TRIES) {
          throw error;
        }
      }
    }
  });
}

function isTooLate({ status, body }) {
  return status === 409 && Boolean(body?.account);
}

// Whoever asked got no answer, or one of a server in trouble: it was done, or it was not.
function isDoubtful({ name, status }) {
  return name === "Offline" || status >= 500;
}

async function hasLanded(account, { keyholders, signature }) {
  const { keyholders: listed } = JSON.parse(await keyring.accountText(account));
  return listed?.signature === (keyholders?.signature ?? signature);
}
