// The page's way to its keyring: every call is done by a worker, which alone sees private keys and content keys.
// A failure is an Error with the name that it had there: NoKeyHere, WrongKey, CannotOpen, UnacceptableKey (with
// `rule`), InvalidDocument (with `member`), or Unavailable where the browser keeps nothing or runs no worker.
import { keyringWorkerAddress } from "./html.js";

const waiting = new Map();
let worker = null;
let last = 0;

export async function createKey(account) {
  // Without this a browser may clear the keys away when the disk is full. Some ask the person: don't wait.
  navigator.storage?.persist?.().catch(() => false);
  return call("createKey", account);
}

export const importKey = (account, pem) => call("importKey", account, [pem]);
export const fingerprints = (account) => call("fingerprints", account);
export const settleKey = (account, fingerprint) => call("settleKey", account, [fingerprint]);
export const exportKey = (account, fingerprint) => call("exportKey", account, [fingerprint]);
export const removeKey = (account, fingerprint) => call("removeKey", account, [fingerprint]);
export const openEnvelope = (account, members) => call("openEnvelope", account, [members]);
export const rewrap = (account, request, progress) => call("rewrap", account, [request], progress);
export const sealDraft = (account, draft) => call("sealDraft", account, [draft]);
export const saveDraft = (account, slot, draft) => call("saveDraft", account, [slot, draft]);
export const loadDraft = (account, slot) => call("loadDraft", account, [slot]);
export const dropDraft = (account, slot) => call("dropDraft", account, [slot]);

function call(method, account, args = [], progress = () => {}) {
  last += 1;
  const id = last;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject, progress });
    try {
      worker ??= start();
      worker.postMessage({ id, method, account, args });
    } catch (error) {
      fail(error);
    }
  });
}

function start() {
  const started = new Worker(keyringWorkerAddress(), { type: "module", name: "keyring" });
  started.addEventListener("message", ({ data }) => receive(data));
  // Its script did not load, or broke: whoever asks next starts another.
  started.addEventListener("error", () => fail());
  return started;
}

function receive({ id, result, error, progress }) {
  const asked = waiting.get(id);
  if (progress !== undefined) {
    asked.progress(progress);
    return;
  }
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
