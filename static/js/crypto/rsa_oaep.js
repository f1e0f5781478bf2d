// Keys of the kind `rsa-oaep-256`: RSA-OAEP (RFC 8017) with SHA-256 for hash and MGF1, context as label.
import { equal } from "./bytes.js";
import { CannotOpen, UnacceptableKey } from "./errors.js";

export const ALGORITHM = "rsa-oaep-256";
export const SMALLEST = 3072; // bits: 128-bit strength, NIST SP 800-57
export const LARGEST = 4096;
export const EXPONENT = 65537;
const PARAMETERS = { name: "RSA-OAEP", hash: "SHA-256" };

/** A public key, loaded from its SubjectPublicKeyInfo; UnacceptableKey if it is none. */
export class RsaRecipient {
  #key;

  constructor(key) {
    this.algorithm = ALGORITHM;
    this.#key = key;
  }

  static async load(spki) {
    let key, canonical;
    try {
      key = await crypto.subtle.importKey("spki", spki, PARAMETERS, true, ["encrypt"]);
      canonical = new Uint8Array(await crypto.subtle.exportKey("spki", key));
    } catch {
      throw new UnacceptableKey("broken");
    }
    if (!equal(canonical, spki)) {
      throw new UnacceptableKey("not-canonical");
    }
    return new RsaRecipient(key);
  }

  /** As many bytes as the modulus has; UnacceptableKey for a modulus that can't be calculated with. */
  async encrypt(plaintext, { context }) {
    try {
      return new Uint8Array(await crypto.subtle.encrypt(oaep(context), this.#key, plaintext));
    } catch {
      throw new UnacceptableKey("broken");
    }
  }
}

/** A private key, loaded from its PKCS#8; UnacceptableKey if it is none that is used here. Not extractable. */
export class RsaPrivateKey {
  constructor(key, spki) {
    this.algorithm = ALGORITHM;
    this.key = key;
    this.spki = spki;
  }

  static async load(pkcs8) {
    try {
      const spki = await publicHalf(pkcs8);
      const key = await crypto.subtle.importKey("pkcs8", pkcs8, PARAMETERS, false, ["decrypt"]);
      checkSize(key.algorithm);
      const privateKey = new RsaPrivateKey(key, spki);
      // Not every engine checks that the numbers of a private key belong together.
      const context = new Uint8Array(0);
      const trial = await (await RsaRecipient.load(spki)).encrypt(new Uint8Array(32), { context });
      await privateKey.decrypt(trial, { context });
      return privateKey;
    } catch {
      throw new UnacceptableKey("private-kind");
    }
  }

  /** What was encrypted to this key in this context; CannotOpen otherwise. */
  async decrypt(ciphertext, { context }) {
    try {
      return new Uint8Array(await crypto.subtle.decrypt(oaep(context), this.key, ciphertext));
    } catch {
      throw new CannotOpen();
    }
  }
}

// WebCrypto derives no public key from a private one, but a JSON Web Key shows both numbers.
async function publicHalf(pkcs8) {
  const key = await crypto.subtle.importKey("pkcs8", pkcs8, PARAMETERS, true, ["decrypt"]);
  const { kty, n, e } = await crypto.subtle.exportKey("jwk", key);
  const half = await crypto.subtle.importKey("jwk", { kty, n, e }, PARAMETERS, true, ["encrypt"]);
  return new Uint8Array(await crypto.subtle.exportKey("spki", half));
}

function checkSize({ modulusLength, publicExponent }) {
  const exponent = publicExponent.reduce((value, byte) => value * 256 + byte, 0);
  if (modulusLength < SMALLEST || modulusLength > LARGEST || exponent !== EXPONENT) {
    throw new UnacceptableKey("private-kind");
  }
}

function oaep(label) {
  return { name: "RSA-OAEP", label };
}
