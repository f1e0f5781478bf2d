// Keys of the kind `x-wing`: HPKE (RFC 9180) base mode, single shot, with X-Wing (ML-KEM-768 and X25519).
import { Aes256Gcm, CipherSuite, HkdfSha256, XWing } from "../../vendor/hpke.js";
import { concat, fromHex } from "./bytes.js";
import { CannotOpen, UnacceptableKey } from "./errors.js";

export const ALGORITHM = "x-wing";
// OID 1.3.6.1.4.1.62253.25722, no parameters. Lengths never vary, so all that stands before the key is fixed.
export const SPKI_PREFIX = fromHex("308204d4300d060b2b0601040183e62d81c87a038204c100");
export const PKCS8_PREFIX = fromHex("3034020100300d060b2b0601040183e62d81c87a0420");
export const PUBLIC_SIZE = 1216;
export const SEED_SIZE = 32;
const ENC_SIZE = 1120; // `enc` stands before the ciphertext

// The library makes the keys of a seed anew for each ciphertext, which is a third of the work. Here they stay for as long as
// the private key, whose buffer `seed` fills.
class LastingXWing extends XWing {
  #keys = new WeakMap();

  async _expandDecapsulationKey(seed) {
    const keys = this.#keys.get(seed.buffer) ?? (await super._expandDecapsulationKey(seed));
    this.#keys.set(seed.buffer, keys);
    return keys;
  }
}

const SUITE = new CipherSuite({ kem: new LastingXWing(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

/** A public key, loaded from its 1,216 raw bytes; UnacceptableKey if they are none. */
export class XWingRecipient {
  #key;

  constructor(key) {
    this.algorithm = ALGORITHM;
    this.#key = key;
  }

  static async load(raw) {
    try {
      // The library reads the whole buffer of a view, so it gets a copy that is nothing else.
      return new XWingRecipient(await SUITE.kem.deserializePublicKey(raw.slice().buffer));
    } catch {
      throw new UnacceptableKey("broken");
    }
  }

  /** `enc` and ciphertext; UnacceptableKey for an X25519 part of low order, which shows only here. */
  async encrypt(plaintext, { context }) {
    try {
      const { enc, ct } = await SUITE.seal({ recipientPublicKey: this.#key, info: context }, plaintext);
      return concat(new Uint8Array(enc), new Uint8Array(ct));
    } catch {
      throw new UnacceptableKey("broken");
    }
  }
}

/** A private key, which is a seed of 32 bytes. */
export class XWingPrivateKey {
  #key;
  #seed;

  constructor(key, seed, raw) {
    this.algorithm = ALGORITHM;
    this.#key = key;
    this.#seed = seed;
    this.spki = concat(SPKI_PREFIX, raw);
  }

  static async load(seed) {
    const { privateKey, publicKey } = await SUITE.kem.generateKeyPairDerand(seed.slice());
    const raw = new Uint8Array(await SUITE.kem.serializePublicKey(publicKey));
    return new XWingPrivateKey(privateKey, seed.slice(), raw);
  }

  // Not a field, so that no console shows it by accident.
  get pkcs8() {
    return concat(PKCS8_PREFIX, this.#seed);
  }

  /** What was encrypted to this key in this context; CannotOpen otherwise. */
  async decrypt(ciphertext, { context }) {
    try {
      const recipient = { recipientKey: this.#key, enc: ciphertext.slice(0, ENC_SIZE), info: context };
      return new Uint8Array(await SUITE.open(recipient, ciphertext.slice(ENC_SIZE)));
    } catch {
      throw new CannotOpen();
    }
  }
}
