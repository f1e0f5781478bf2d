// What a person found when they compared keys is the store object `people`, which all their browsers share.
import * as keyring from "./keyring.js";
import { get } from "./keyring_store.js";
import { changeObject, putBack } from "./store.js";

const NAME = "people";
let sharing = null;

/**
 * Brings together what this browser and the site know. Nothing in a browser that holds no key. Errors as `changeObject`'s:
 * OlderObject and CannotOpen stay until somebody calls `keepMine`.
 */
export async function share(account) {
  if (await get(account, "account", "device").catch(() => null)) {
    await changeObject(account, NAME, (stored) => merge(account, stored));
  }
}

/** The same once in a page, whoever asks for it first. */
export function shareOnce(account) {
  sharing ??= share(account).catch((error) => {
    sharing = null;
    throw error;
  });
  return sharing;
}

/** Saves what this browser knows on top of an older object, or of one that does not open. */
export async function keepMine(account) {
  await putBack(account, NAME, async (stored) => (await merge(account, stored)) ?? stored ?? {});
}

function merge(account, stored) {
  return keyring.prepare(account, "mergeCompared", stored);
}
