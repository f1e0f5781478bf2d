// Changes of a person's keys, as pages make them: one at a time in a browser, each from what the server says just before.
// An answer that is lost or refused is no answer: `account.json` says what landed.
import { getJson, postJson } from "./http.js";
import * as keyring from "./keyring.js";

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

/** The name of the message that says what is wrong with a code, or undefined if that is not what went wrong. */
export function wordsForCode({ name, reason }) {
  return WORDS[name === "InvalidCode" ? reason : name];
}

/**
 * {status, code}: makes the first account key unless there is one. The status is as in lib/keyring_account.js; the code
 * is the recovery code that was made along with it, or null.
 */
export async function makeAccount(account, { name }) {
  keyring.persist();
  return alone(account, async () => {
    const status = await keyring.reloadAccount(account);
    if (status.state !== "none") {
      return { status, code: null };
    }
    const { request, code } = await keyring.prepare(account, "prepareAccount", { name });
    const after = await send(account, ACCOUNT, request);
    return { status: after, code: after.state === "ready" ? code : null };
  });
}

/** The new recovery code, which waits until somebody confirms it. */
export async function makeCode(account) {
  return alone(account, async () => {
    await keyring.reloadAccount(account);
    const { request, code } = await keyring.prepare(account, "prepareCode");
    await send(account, KEYHOLDERS, request);
    return code;
  });
}

/** Sends a new list of keyholders, which the keyring prepares under this name. */
export async function changeKeyholders(account, prepare, ...args) {
  return alone(account, async () => {
    await keyring.reloadAccount(account);
    const { request } = await keyring.prepare(account, prepare, ...args);
    return send(account, KEYHOLDERS, request);
  });
}

/** Replaces the account's key; `kept` has the fingerprints of whom else it is given. The new status. */
export async function replaceKey(account, { cause, kept }) {
  return alone(account, async () => {
    await keyring.reloadAccount(account);
    const { public_keys: publicKeys } = await getJson(PUBLIC_KEYS, { promised: ["public_keys"] });
    const request = await keyring.prepare(account, "prepareReplacement", { cause, kept, publicKeys });
    return send(account, ACCOUNT, request);
  });
}

/** Takes this browser off the list, if it is on it, and deletes all that it keeps for the person. */
export async function forgetBrowser(account) {
  const { state } = await keyring.loadAccount(account);
  if (state === "ready") {
    await changeKeyholders(account, "prepareLeaving");
  }
  await keyring.forgetAll(account);
}

/** Puts this browser on the list with a recovery code as somebody typed it; InvalidCode, OtherCode or NotEndorsed. */
export async function recover(account, { typed, name }) {
  keyring.persist();
  return alone(account, async () => {
    const text = await textForCode(account, typed);
    const { request } = await keyring.prepare(account, "prepareRecovery", { typed, text, name });
    return send(account, KEYHOLDERS, request);
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

// 409: another browser was faster. What the server says now counts.
async function send(account, address, request) {
  try {
    await postJson(address, request, { promised: ["account"] });
  } catch (error) {
    if (error.status !== 409 || !error.body?.account) {
      throw error;
    }
  }
  return keyring.reloadAccount(account);
}
