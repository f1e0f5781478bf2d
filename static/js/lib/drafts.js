// The drafts of this browser, as a page keeps them: the keyring's worker encrypts them, and the page brings it the key, which is
// on the site. What has the key in memory needs the site no more.
import * as keyring from "./keyring.js";

export const dropDraft = (account, slot) => keyring.prepare(account, "dropDraft", slot);
export const listDrafts = (account, prefix) => ask(account, "listDrafts", prefix);
export const loadDraft = (account, slot) => ask(account, "loadDraft", slot);
export const noteSent = (account, post, digest) => ask(account, "noteSent", post, digest);
export const saveDraft = (account, slot, draft) => ask(account, "saveDraft", slot, draft);
export const sentOf = (account, post) => ask(account, "sentOf", post);
/** Brings the key before somebody needs it: the site may be away then. */
export const beReady = (account) => ask(account, "checkLocalKey");

// Drafts of other days may lie under other keys.
async function ask(account, method, ...args) {
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
