// The private keys that open posts in this browser: those of the account, and own ones that somebody brought in as PEM.
// Runs in the keyring's worker.
import { loadPrivateKey } from "../crypto/wrapping.js";
import { ALGORITHM as X_WING } from "../crypto/x_wing.js";
import { accountKeys } from "./keyring_account.js";
import { decrypt, get, getAll } from "./keyring_store.js";

const loaded = new Map();

/** None of these keys is in this browser. */
export class NoKeyHere extends Error {
  name = "NoKeyHere";
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
