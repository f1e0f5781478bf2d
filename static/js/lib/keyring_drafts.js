// The draft of an author, encrypted in this browser: it survives a closed tab, and the disk never holds its text. Its key is 32
// random bytes that are a store object, fetched and kept in memory, never stored beside what they open. So who copies the
// disk of a browser that was taken off the list has nothing to open it with. Runs in the keyring's worker; all but
// `dropDraft` may find NoLocalKey. One module: a first visit should not fetch many.
import { equal, utf8 } from "../crypto/bytes.js";
import { currentAccount } from "./keyring_account.js";
import { change, decrypt, encrypt, get, getAll, put, remove, Unavailable } from "./keyring_store.js";

const SENT = "sent/";
const SIZE = 32;
// By account and name. Null is a key that the site does not have any more.
const keys = new Map();

/** Keeps a JSON value in a slot, in place of the one before. */
export async function saveDraft(account, slot, draft) {
  await put(account, "drafts", { slot, ...(await sealLocally(account, placeOf(slot), utf8(JSON.stringify(draft)))) });
}

/** The value of the slot, or null. */
export async function loadDraft(account, slot) {
  const record = await get(account, "drafts", slot);
  if (!record) {
    return null;
  }
  return JSON.parse(new TextDecoder().decode(await openLocally(account, placeOf(slot), record)));
}

export async function dropDraft(account, slot) {
  await remove(account, "drafts", slot);
}

/** [{id, title, slug, keptAt}] of the drafts, whose slots are the prefix and an id, newest first. */
export async function listDrafts(account, prefix) {
  const records = await getAll(account, "drafts");
  if (records.length === 0) {
    return [];
  }
  await checkLocalKey(account);
  await Promise.all(records.map((record) => move(account, record)));
  const slots = records.map(({ slot }) => slot);
  const isSent = (slot) => slot.startsWith(SENT);
  const drafts = await Promise.all(slots.filter((slot) => !isSent(slot)).map((slot) => load(account, slot)));
  // The browser sends no post again of which no draft is left.
  const posts = new Set(drafts.map(({ post }) => SENT + post));
  await Promise.all(slots.filter((slot) => isSent(slot) && !posts.has(slot)).map((slot) => dropDraft(account, slot)));
  const listed = drafts.filter(({ slot, keptAt }) => slot.startsWith(prefix) && keptAt).sort((one, other) => other.keptAt - one.keptAt);
  return listed.map(({ slot, title, slug, keptAt }) => ({ id: slot.slice(prefix.length), title, slug, keptAt }));
}

/** Adds to the digests of the texts that some tab of this browser tried to send under a post's uid. */
export async function noteSent(account, post, digest) {
  await navigator.locks.request(`secureblogs-${SENT}${post}`, async () => {
    const sent = await sentOf(account, post);
    await saveDraft(account, SENT + post, [...new Set([...sent, digest])]);
  });
}

/** These digests, in any order. */
export async function sentOf(account, post) {
  return (await loadDraft(account, SENT + post)) ?? [];
}

function placeOf(slot) {
  return `draft/${slot}`;
}

// It comes without its members where it can't be opened any more.
async function load(account, slot) {
  return { ...(await loadDraft(account, slot).catch(unlessMissing)), slot };
}

// What was kept before this browser had the account's key, or as another device, goes under the key of now.
async function move(account, record) {
  const { slot } = record;
  const bytes = (await isCurrent(account, record)) ? null : await openLocally(account, placeOf(slot), record).catch(unlessMissing);
  if (bytes) {
    const moved = { slot, ...(await sealLocally(account, placeOf(slot), bytes)) };
    // A tab may have written something newer meanwhile.
    await change(account, "drafts", slot, (now) => (now && equal(now.sealed, record.sealed) ? moved : null));
  }
}

function unlessMissing(error) {
  if (error.name === "NoLocalKey") {
    throw error;
  }
  return null;
}

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

// Whether this is what `sealLocally` would seal under now.
async function isCurrent(account, { under = null }) {
  return under === (await ownName(account));
}

/** {name, object} of a new key for this browser, for the site to store before it is used. */
export async function newLocalKey(account) {
  const name = await ownName(account);
  // The site lost the one before, as an older backup would: with it, what this browser had kept.
  await remove(account, "seen", name);
  const bytes = crypto.getRandomValues(new Uint8Array(SIZE));
  const { sealStored } = await import("./keyring_objects.js");
  return { name, object: await sealStored(account, name, { bytes, version: 1 }) };
}

/** Keeps a key in memory that the site has, null for none; the errors of `openStored`. */
export async function useLocalKey(account, name, stored) {
  currentAccount(account);
  // A person who has written nothing yet needs none of it.
  const { openStored } = await import("./keyring_objects.js");
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

/** The name of the key that `sealLocally` seals under now: of a device that was let in, and is on the list as far as this browser knows. */
export async function ownName(account) {
  const device = await get(account, "account", "device");
  const known = await get(account, "account", "known");
  return device && known?.status?.device === device.fingerprint ? `local/${device.fingerprint}` : null;
}
