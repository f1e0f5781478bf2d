// The drafts of this browser, as a page keeps them: the keyring's worker encrypts them, and the page brings it the key, which is
// on the site. What has the key in memory needs the site no more.
import * as keyring from "./keyring.js";

/** What the slot of a draft begins with, and its name on the site; its id follows. */
export const DRAFT = "draft/";
/** What the slot of an edit begins with, which this browser alone has: the uid of the post and its id follow. */
export const EDIT = "edit/";
/** The lock that a tab holds on the draft that it writes. */
export const lockOf = (account, id) => `secureblogs-${DRAFT}${account}/${id}`;
const PATIENCE = 1_500; // milliseconds: a page gives its locks back a moment after it was left

let release = () => {};

/**
 * Makes a draft this page's, until it is left or makes another one its own; false if another tab writes it, as after
 * 'Duplicate tab'.
 */
export async function holdDraft(account, id) {
  const giveBack = await hold(lockOf(account, id));
  if (giveBack) {
    release();
    release = giveBack;
  }
  return giveBack !== null;
}

/** Holds a lock for this page: what gives it back, or null if another tab keeps it. */
export function hold(name) {
  return new Promise((resolve) => {
    const keep = () => new Promise((giveBack) => resolve(giveBack));
    navigator.locks.request(name, { signal: AbortSignal.timeout(PATIENCE) }, keep).catch(() => resolve(null));
  });
}

/** Whether a tab writes it. */
export const isWritten = (account, id) => isHeld(lockOf(account, id));

/** Whether a tab holds the lock. */
export function isHeld(name) {
  return navigator.locks.request(name, { ifAvailable: true }, (lock) => lock === null);
}

export const dropDraft = (account, slot) => keyring.prepare(account, "dropDraft", slot);
export const listDrafts = (account, slots = DRAFT) => withLocalKey(account, "listDrafts", slots);
export const loadDraft = (account, slot) => withLocalKey(account, "loadDraft", slot);
export const noteSent = (account, post, digest) => withLocalKey(account, "noteSent", post, digest);
export const saveDraft = (account, slot, draft) => withLocalKey(account, "saveDraft", slot, draft);
export const sentOf = (account, post) => withLocalKey(account, "sentOf", post);
/** Brings the key before somebody needs it: the site may be away then. */
export const beReady = (account) => withLocalKey(account, "checkLocalKey");

/** A call of the keyring's worker that may find NoLocalKey. What was kept on other days may lie under other keys. */
export async function withLocalKey(account, method, ...args) {
  const brought = new Set();
  while (true) {
    try {
      return await keyring.prepare(account, method, ...args);
    } catch (error) {
      if (error.name !== "NoLocalKey" || brought.has(error.reason)) {
        throw error;
      }
      brought.add(error.reason);
      await bring(account, error.reason);
    }
  }
}

async function bring(account, name) {
  // A first visit needs none of it.
  const { fetchObject } = await import("./store.js");
  const { state, device } = await keyring.loadAccount(account);
  // Another tab may have let this browser in since.
  const own = state === "ready" ? device : (await keyring.reloadAccount(account)).device;
  const stored = (await fetchObject(name)) ?? (name === `local/${own}` ? await makeKey(account) : null);
  await keyring.prepare(account, "useLocalKey", name, stored);
}

async function makeKey(account) {
  const { putObject } = await import("./store.js");
  const { name, object } = await keyring.prepare(account, "newLocalKey");
  const { isStored, other } = await putObject(account, name, object);
  // Another tab of this browser may have been as quick.
  return isStored ? object : other;
}
