// IndexedDB, one database for each account: key records, drafts, and the key that the rest is encrypted under.
// That one is a CryptoKey that no script can extract. The browser keeps it on the same disk: who takes a copy of the
// whole profile, and knows how browsers store such keys, has both.
import { concat, utf8 } from "../crypto/bytes.js";

const NONCE_SIZE = 12;
const databases = new Map();

/** The browser keeps nothing for this site: a private window, no space, or storage forbidden. */
export class Unavailable extends Error {
  name = "Unavailable";
}

export async function get(account, store, id) {
  return run(account, store, "readonly", (objects) => objects.get(id));
}

export async function getAll(account, store) {
  return run(account, store, "readonly", (objects) => objects.getAll());
}

/** Writes the record, and returns when it is on the disk. */
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

/** What `encrypt` made; Unavailable if the browser lost the key to it. */
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
  // Another tab may have been as quick: only the first of two keys is kept, by both.
  await run(account, "vault", "readwrite", (objects) => objects.add({ id: "key", key })).catch(() => null);
  const kept = await get(account, "vault", "key");
  if (!kept?.key) {
    throw new Unavailable();
  }
  return kept.key;
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
    throw new Unavailable("", { cause: error });
  }
}

async function open(account) {
  if (!databases.has(account)) {
    const opening = openDatabase(`secureblogs-${account}`, () => databases.delete(account));
    databases.set(account, opening);
    opening.catch(() => databases.delete(account));
  }
  return databases.get(account);
}

function openDatabase(name, gone) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("vault", { keyPath: "id" });
      request.result.createObjectStore("keys", { keyPath: "fingerprint" });
      request.result.createObjectStore("drafts", { keyPath: "slot" });
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
