// Private keys as files, in the keyring's worker, which they leave by `exportKey` alone. It stores no CryptoKey of the
// browser's own ML-KEM: Chromium gives one back from IndexedDB as null.
import { toHex } from "../crypto/bytes.js";
import { exportPrivateKey, loadPrivateKey, publicKeyOf } from "../crypto/wrapping.js";
import { ALGORITHM as X_WING, SEED_SIZE } from "../crypto/x_wing.js";
import { currentAccount } from "./keyring_account.js";
import { encrypt, put } from "./keyring_store.js";

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
