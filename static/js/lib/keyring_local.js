// The key under which this browser keeps what it opened and what its person writes: 32 random bytes that are a store object,
// fetched and kept in memory, never stored beside what they open. So who copies the disk of a browser that was taken off
// the list has nothing to open it with. Runs in the keyring's worker.
import { currentAccount } from "./keyring_account.js";
import { noteObject, openObject, openStored, sealObject, sealStored } from "./keyring_objects.js";
import { decrypt, encrypt, get, remove, Unavailable } from "./keyring_store.js";

// The worker loads both modules as one.
export { noteObject, openObject, sealObject };

const SIZE = 32;
// By account and name. Null is a key that the site does not have any more.
const keys = new Map();

/** A page has to bring the store object of the name in `reason`. */
class NoLocalKey extends Error {
  name = "NoLocalKey";

  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** Resolves when this browser can seal without the site; NoLocalKey. */
export async function checkLocalKey(account) {
  keyOf(account, await ownName(account));
}

/**
 * {under, sealed} of bytes, bound to a place; NoLocalKey. `under` is the name of the key: null, for that of
 * keyring_store.js, while this browser does not hold the account's key.
 */
export async function sealLocally(account, place, bytes) {
  const under = await ownName(account);
  return { under, sealed: await encrypt(account, place, bytes, keyOf(account, under)) };
}

/** The bytes; NoLocalKey, or Unavailable if their key is gone. */
export async function openLocally(account, place, { under = null, sealed }) {
  return decrypt(account, place, sealed, keyOf(account, under));
}

/** Whether this is what `sealLocally` would seal under now. */
export async function isCurrent(account, { under = null }) {
  return under === (await ownName(account));
}

/** {name, object} of a new key for this browser, for the site to store before it is used. */
export async function newLocalKey(account) {
  const name = await ownName(account);
  // The site lost the one before, as an older backup would: with it, what this browser had kept.
  await remove(account, "seen", name);
  const bytes = crypto.getRandomValues(new Uint8Array(SIZE));
  return { name, object: await sealStored(account, name, { bytes, version: 1 }) };
}

/** Keeps a key in memory that the site has, null for none; the errors of `openStored`. */
export async function useLocalKey(account, name, stored) {
  currentAccount(account);
  const bytes = stored && (await openStored(account, name, stored));
  keys.set(account + name, bytes && (await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"])));
}

function keyOf(account, name) {
  if (name === null) {
    return undefined;
  }
  const key = keys.get(account + name);
  if (key === undefined) {
    throw new NoLocalKey(name);
  }
  if (key === null) {
    throw new Unavailable();
  }
  return key;
}

// A device that was let in, and is on the list as far as this browser knows.
async function ownName(account) {
  const device = await get(account, "account", "device");
  const known = await get(account, "account", "known");
  return device && known?.status?.device === device.fingerprint ? `local/${device.fingerprint}` : null;
}
