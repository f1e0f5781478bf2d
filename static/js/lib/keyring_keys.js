// The private keys that open posts in this browser: those of the account, and own ones that somebody brought in as PEM.
// Runs in the keyring's worker; a private key leaves it by `exportKey` alone. It stores no CryptoKey of the browser's own
// ML-KEM: Chromium gives one back from IndexedDB as null.
import { toHex } from "../crypto/bytes.js";
import { exportPrivateKey, loadPrivateKey, publicKeyOf } from "../crypto/wrapping.js";
import { ALGORITHM as X_WING, SEED_SIZE } from "../crypto/x_wing.js";
import { accountKeys, currentAccount } from "./keyring_account.js";
import { decrypt, encrypt, get, getAll, put } from "./keyring_store.js";

const loaded = new Map();

/** None of these keys is in this browser. */
class NoKeyHere extends Error {
  name = "NoKeyHere";
}

/**
 * {fingerprint, algorithm, publicKeyPem} of a private key in PEM (PKCS#8), which this browser keeps from now on: an X-Wing
 * seed, or RSA of 3,072 to 4,096 bits.
 */
export async function importKey(account, pem) {
  const key = await loadPrivateKey(pem);
  const { checkSpki } = await import("../crypto/spki.js");
  // The server takes no other public key, so nobody can have wrapped anything for one.
  checkSpki(key.spki);
  return shown(await store(account, key));
}

/** PKCS#8 PEM of the account's wrapping key. */
export async function exportKey(account) {
  return exportPrivateKey(currentAccount(account).key.wrapping);
}

/** The private keys among these fingerprints that are in this browser; NoKeyHere if none is. */
export async function privateKeys(account, wanted) {
  const ofAccount = accountKeys(account);
  const held = wanted.filter((fingerprint) => ofAccount.has(fingerprint));
  const here = new Set((await getAll(account, "keys")).map((record) => record.fingerprint));
  const own = wanted.filter((fingerprint) => here.has(fingerprint));
  if (held.length + own.length === 0) {
    throw new NoKeyHere();
  }
  const keys = await Promise.all(own.map((fingerprint) => privateKey(account, fingerprint)));
  return [...held.map((fingerprint) => ofAccount.get(fingerprint).wrapping), ...keys];
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
  const { RsaPrivateKey } = await import("../crypto/rsa_oaep.js");
  return new RsaPrivateKey(record.key, record.spki);
}

async function store(account, key) {
  const publicKey = publicKeyOf(key);
  const fingerprint = toHex(await publicKey.fingerprint);
  const record = { fingerprint, algorithm: key.algorithm, publicKeyPem: publicKey.pem };
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
