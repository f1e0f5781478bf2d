// The private keys of an account in this browser. Runs in the keyring's worker; no private key leaves it but by
// `exportKey`. Never a CryptoKey of the browser's own ML-KEM: Chromium gives it back from IndexedDB as null.
import { equal, toHex } from "../crypto/bytes.js";
import { RsaPrivateKey } from "../crypto/rsa_oaep.js";
import { checkSpki } from "../crypto/spki.js";
import { exportPrivateKey, generatePrivateKey, loadPrivateKey, publicKeyOf } from "../crypto/wrapping.js";
import { ALGORITHM as X_WING, SEED_SIZE } from "../crypto/x_wing.js";
import { decrypt, encrypt, get, getAll, put, remove, Unavailable } from "./keyring_store.js";

const loaded = new Map();

/** None of these keys is in this browser. */
export class NoKeyHere extends Error {
  name = "NoKeyHere";
}

/**
 * {fingerprint, algorithm, publicKeyPem} of a new X-Wing key, stored before anybody sees its public half. A key
 * that no server has taken yet is given again, so that a failed upload leaves no second key behind.
 */
export async function createKey(account) {
  return navigator.locks.request(`secureblogs-create-${account}`, async () => {
    const waiting = (await getAll(account, "keys")).find((record) => record.created && !record.uploaded);
    if (waiting) {
      await privateKey(account, waiting.fingerprint);
      return shown(waiting);
    }
    const key = await generatePrivateKey();
    const record = await store(account, key, { created: true });
    // Read again from the disk, and only then believed.
    const again = await privateKey(account, record.fingerprint);
    if (!equal(again.spki, key.spki)) {
      throw new Unavailable();
    }
    return shown(record);
  });
}

/** The same of a private key in PEM (PKCS#8): an X-Wing seed, or RSA of 3,072 to 4,096 bits. */
export async function importKey(account, pem) {
  const key = await loadPrivateKey(pem);
  // What could not be uploaded can't have been wrapped for.
  checkSpki(key.spki);
  return shown(await store(account, key, { created: false }));
}

/** [{fingerprint, algorithm, publicKeyPem}] of every key of the account in this browser. */
export async function fingerprints(account) {
  return (await getAll(account, "keys")).map(shown);
}

/** Says that the server has the public half, or refused it: in both cases it is not offered again. */
export async function settleKey(account, fingerprint) {
  const record = await get(account, "keys", fingerprint);
  if (record) {
    await put(account, "keys", { ...record, uploaded: true });
  }
}

/** PKCS#8 PEM of an X-Wing key. */
export async function exportKey(account, fingerprint) {
  return exportPrivateKey(await privateKey(account, fingerprint));
}

export async function removeKey(account, fingerprint) {
  loaded.delete(account + fingerprint);
  await remove(account, "keys", fingerprint);
}

/** The private keys among these fingerprints that are in this browser; NoKeyHere if none is. */
export async function privateKeys(account, wanted) {
  const here = new Set((await getAll(account, "keys")).map((record) => record.fingerprint));
  const found = wanted.filter((fingerprint) => here.has(fingerprint));
  if (found.length === 0) {
    throw new NoKeyHere();
  }
  return Promise.all(found.map((fingerprint) => privateKey(account, fingerprint)));
}

async function privateKey(account, fingerprint) {
  const id = account + fingerprint;
  if (!loaded.has(id)) {
    const record = await get(account, "keys", fingerprint);
    if (!record) {
      throw new NoKeyHere();
    }
    loaded.set(id, await load(account, record));
  }
  return loaded.get(id);
}

async function load(account, record) {
  if (record.algorithm === X_WING) {
    return loadPrivateKey(await decrypt(account, `seed/${record.fingerprint}`, record.seed));
  }
  return new RsaPrivateKey(record.key, record.spki);
}

async function store(account, key, { created }) {
  const publicKey = publicKeyOf(key);
  const fingerprint = toHex(await publicKey.fingerprint);
  const record = { fingerprint, algorithm: key.algorithm, publicKeyPem: publicKey.pem, created, uploaded: !created };
  if (key.algorithm === X_WING) {
    record.seed = await encrypt(account, `seed/${fingerprint}`, key.pkcs8.slice(-SEED_SIZE));
  } else {
    Object.assign(record, { key: key.key, spki: key.spki });
  }
  await put(account, "keys", record);
  return record;
}

function shown({ fingerprint, algorithm, publicKeyPem }) {
  return { fingerprint, algorithm, publicKeyPem };
}
