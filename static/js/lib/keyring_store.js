// IndexedDB, one database for each account: its device and what this browser remembers of keys, own keys, drafts, and the
// key that the device and own keys are encrypted under.
// No script can extract that CryptoKey. But the browser keeps it on the same disk: a thief who copies the whole
// profile, and knows how browsers store such keys, has both.
import { concat, utf8 } from "../crypto/bytes.js";
import { errorNamed, gone, settled } from "./keyring_waiting.js";

const NONCE_SIZE = 12;
// Of version 1 are the stores `vault`, `keys` and `drafts`; of version 3 is `read`.
const VERSION = 3;
const STORES = {
  vault: "id",
  keys: "fingerprint",
  account: "id",
  people: "user",
  seen: "name",
  drafts: "slot",
  index: "id",
  read: "post",
};
const databases = new Map();
// What became of a database that another page changed or deleted: this page leaves it alone.
const lost = new Map();

/** The browser keeps nothing for this site: in a private window, without space, or by a setting. */
export class Unavailable extends Error {
  name = "Unavailable";
}

export const get = (account, store, id) => run(account, store, "readonly", (objects) => objects.get(id));

export const getAll = (account, store) => run(account, store, "readonly", (objects) => objects.getAll());

/** The ids of all records of a store, without the records. */
export const getIds = (account, store) => run(account, store, "readonly", (objects) => objects.getAllKeys());

/** Resolves when the record is on the disk. */
export const put = (account, store, record) => run(account, store, "readwrite", (objects) => objects.put(record));

/** Puts what `make` makes of the record that is there (undefined for none), in one transaction; null leaves it. */
export async function change(account, store, id, make) {
  await run(account, store, "readwrite", (objects) => {
    const asked = objects.get(id);
    asked.onsuccess = () => {
      const made = make(asked.result);
      return made && objects.put(made);
    };
    return asked;
  });
}

export const remove = (account, store, id) => run(account, store, "readwrite", (objects) => objects.delete(id));

/** Bytes encrypted under this account's key in this browser or another one, bound to a name. */
export async function encrypt(account, name, bytes, key = null) {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_SIZE));
  const parameters = { name: "AES-GCM", iv: nonce, additionalData: utf8(name) };
  const ciphertext = await crypto.subtle.encrypt(parameters, key ?? (await vaultKey(account)), bytes);
  return concat(nonce, new Uint8Array(ciphertext));
}

/** The bytes that `encrypt` took; Unavailable if the browser lost the key to them. */
export async function decrypt(account, name, sealed, key = null) {
  const parameters = { name: "AES-GCM", iv: sealed.slice(0, NONCE_SIZE), additionalData: utf8(name) };
  try {
    const used = key ?? (await vaultKey(account));
    return new Uint8Array(await crypto.subtle.decrypt(parameters, used, sealed.slice(NONCE_SIZE)));
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

/** Deletes all that this browser keeps for the account, and has this page open it no more, whatever it hears of it. */
export async function forget(account) {
  lost.set(account, errorNamed("browser.forgotten", "Unavailable"));
  try {
    await removeAll(account);
  } catch (error) {
    lost.delete(account);
    throw error;
  }
}

/** Deletes all that this browser keeps for the account. The other tabs let go of it, and use it no more. */
export async function removeAll(account) {
  const database = await databases.get(account)?.catch(() => null);
  database?.close();
  databases.delete(account);
  await settled(indexedDB.deleteDatabase(nameOf(account)));
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
    throw error.name === "Outdated" ? error : new Unavailable("", { cause: error });
  }
}

async function open(account) {
  if (lost.has(account)) {
    throw lost.get(account);
  }
  if (!databases.has(account)) {
    const opening = openDatabase(account);
    databases.set(account, opening);
    opening.catch(() => databases.delete(account));
  }
  return databases.get(account);
}

const nameOf = (account) => `secureblogs-${account}`;

async function openDatabase(account) {
  const request = indexedDB.open(nameOf(account), VERSION);
  request.onupgradeneeded = () => {
    const database = request.result;
    for (const [store, keyPath] of Object.entries(STORES)) {
      database.objectStoreNames.contains(store) || database.createObjectStore(store, { keyPath });
    }
  };
  const database = await settled(request);
  database.onclose = () => databases.delete(account);
  database.onversionchange = ({ newVersion }) => {
    database.close();
    databases.delete(account);
    lost.set(account, newVersion === null ? gone("browser.forgotten", "Unavailable") : gone("script.missing"));
  };
  return database;
}
