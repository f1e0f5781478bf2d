// IndexedDB, one database for each account: its device and what this browser remembers of keys, own keys, drafts, and the
// key that the rest is encrypted under.
// No script can extract that CryptoKey. But the browser keeps it on the same disk: a thief who copies the whole
// profile, and knows how browsers store such keys, has both.
import { concat, utf8 } from "../crypto/bytes.js";

const NONCE_SIZE = 12;
// Of version 1 are the stores `vault`, `keys` and `drafts`.
const VERSION = 2;
const STORES = {
  vault: "id",
  keys: "fingerprint",
  account: "id",
  people: "user",
  seen: "name",
  drafts: "slot",
  index: "id",
};
const databases = new Map();

/** The browser keeps nothing for this site: in a private window, without space, or by a setting. */
export class Unavailable extends Error {
  name = "Unavailable";
}

/** A tab of a newer version of this site changed the database: this page has to be loaded again. */
class Outdated extends Error {
  name = "Outdated";
}

export async function get(account, store, id) {
  return run(account, store, "readonly", (objects) => objects.get(id));
}

export async function getAll(account, store) {
  return run(account, store, "readonly", (objects) => objects.getAll());
}

/** The ids of all records of a store, without the records. */
export async function getIds(account, store) {
  return run(account, store, "readonly", (objects) => objects.getAllKeys());
}

/** Resolves when the record is on the disk. */
export async function put(account, store, record) {
  return run(account, store, "readwrite", (objects) => objects.put(record));
}

export async function remove(account, store, id) {
  return run(account, store, "readwrite", (objects) => objects.delete(id));
}

/** Bytes encrypted under this account's key in this browser, bound to a name. */
export async function encrypt(account, name, bytes) {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_SIZE));
  const parameters = { name: "AES-GCM", iv: nonce, additionalData: utf8(name) };
  const ciphertext = await crypto.subtle.encrypt(parameters, await vaultKey(account), bytes);
  return concat(nonce, new Uint8Array(ciphertext));
}

/** The bytes that `encrypt` took; Unavailable if the browser lost the key to them. */
export async function decrypt(account, name, sealed) {
  const parameters = { name: "AES-GCM", iv: sealed.slice(0, NONCE_SIZE), additionalData: utf8(name) };
  try {
    const key = await vaultKey(account);
    return new Uint8Array(await crypto.subtle.decrypt(parameters, key, sealed.slice(NONCE_SIZE)));
  } catch (error) {
    throw new Unavailable("", { cause: error });
  }
}

async function vaultKey(account) {
  const stored = await get(account, "vault", "key");
  if (stored) {
    return stored.key;
  }
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  // Another tab may have been as quick. `add` refuses the second of two keys, and both tabs read the first.
  await run(account, "vault", "readwrite", (objects) => objects.add({ id: "key", key })).catch(() => null);
  const kept = await get(account, "vault", "key");
  if (!kept?.key) {
    throw new Unavailable();
  }
  return kept.key;
}

/** Deletes all that this browser keeps for the account. Other tabs let go of it. */
export async function removeAll(account) {
  const database = await databases.get(account)?.catch(() => null);
  database?.close();
  databases.delete(account);
  await new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(nameOf(account));
    request.onsuccess = resolve;
    request.onerror = () => reject(new Unavailable("", { cause: request.error }));
  });
}

async function run(account, store, mode, ask) {
  try {
    const database = await open(account);
    const transaction = database.transaction(store, mode, { durability: "strict" });
    const answer = ask(transaction.objectStore(store));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    return answer.result;
  } catch (error) {
    throw error.name === "VersionError" ? new Outdated() : new Unavailable("", { cause: error });
  }
}

async function open(account) {
  if (!databases.has(account)) {
    const opening = openDatabase(nameOf(account), () => databases.delete(account));
    databases.set(account, opening);
    opening.catch(() => databases.delete(account));
  }
  return databases.get(account);
}

function nameOf(account) {
  return `secureblogs-${account}`;
}

function openDatabase(name, gone) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, VERSION);
    request.onupgradeneeded = () => {
      const database = request.result;
      for (const [store, keyPath] of Object.entries(STORES)) {
        if (!database.objectStoreNames.contains(store)) {
          database.createObjectStore(store, { keyPath });
        }
      }
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const database = request.result;
      database.onclose = gone;
      database.onversionchange = () => {
        database.close();
        gone();
      };
      resolve(database);
    };
  });
}
