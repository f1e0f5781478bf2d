// A person's account key, made of one seed, and the boxes in which devices and recovery codes hold the seed.
import { equal, uuid } from "./bytes.js";
import { context, number } from "./contexts.js";
import { SigningKey } from "./ed25519.js";
import { CannotOpen, WrongKey } from "./errors.js";
import { fingerprint as fingerprintOf, loadPublicKey } from "./public_keys.js";
import { ALGORITHM, XWingPrivateKey } from "./x_wing.js";

export const SEED_SIZE = 32;

/** The keys of one generation of one person: `wrapping` X-Wing with its `fingerprint`, `signing` Ed25519. */
export class AccountKey {
  #seed;

  constructor(seed, members) {
    this.#seed = seed;
    Object.assign(this, members);
    Object.freeze(this);
  }

  static async load(seed, { user, generation }) {
    if (seed.length !== SEED_SIZE) {
      throw new RangeError("An account seed has 32 bytes.");
    }
    const place = [uuid(user), number(generation)];
    const [wrapping, signing] = await Promise.all([
      derive(seed, "account-wrapping", ...place).then((derived) => XWingPrivateKey.load(derived)),
      derive(seed, "account-signing", ...place).then((derived) => SigningKey.load(derived)),
    ]);
    const fingerprint = await fingerprintOf(wrapping.spki);
    return new AccountKey(seed.slice(), { user, generation, wrapping, signing, fingerprint });
  }

  /** The seed in a box for the X-Wing public key in this SubjectPublicKeyInfo; UnacceptableKey if it is none. */
  async sealFor(recipient) {
    const info = box(this.user, this.generation, this.fingerprint, await fingerprintOf(recipient));
    return (await loadPublicKey(ALGORITHM, recipient)).encrypt(this.#seed, { context: info });
  }

  /** 32 bytes for one purpose and place of this generation. */
  async derive(purpose, ...parts) {
    return derive(this.#seed, purpose, uuid(this.user), number(this.generation), ...parts);
  }
}

/**
 * The account key in a box for this private key. CannotOpen if the box is for another key or place; WrongKey if the keys
 * in it are not those that a statement names: HPKE names no sender, so that anybody could have made the box.
 */
export async function openBox(sealed, privateKey, { user, generation, fingerprint, signingKey }) {
  const info = box(user, generation, fingerprint, await fingerprintOf(privateKey.spki));
  const seed = await privateKey.decrypt(sealed, { context: info });
  if (seed.length !== SEED_SIZE) {
    throw new CannotOpen();
  }
  const accountKey = await AccountKey.load(seed, { user, generation });
  if (!equal(accountKey.fingerprint, fingerprint) || !equal(accountKey.signing.public, signingKey)) {
    throw new WrongKey();
  }
  return accountKey;
}

/** 32 bytes by HKDF-SHA256 (RFC 5869) without a salt: the secret is random bytes already. */
export async function derive(secret, purpose, ...parts) {
  const key = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: context(purpose, ...parts) };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 256));
}

function box(user, generation, fingerprint, recipient) {
  return context("account-seed", uuid(user), number(generation), fingerprint, recipient);
}
