// Ed25519 (RFC 8032), by WebCrypto. A private key is always derived from its seed and never kept as a CryptoKey, which
// some engines lose in IndexedDB.
import { concat, fromBase64, fromHex } from "./bytes.js";
import { UnacceptableKey, WrongSignature } from "./errors.js";

const PUBLIC_SIZE = 32;
const PRIME = 2n ** 255n - 19n;
// Points of order 1, 2, 4 and 8, by their y: under the identity one signature verifies every message.
const SMALL_ORDER = new Set([
  0n,
  1n,
  PRIME - 1n,
  fromLittleEndian(fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")),
  fromLittleEndian(fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")),
]);

// RFC 8410: a seed as PKCS#8 stands after this.
const PKCS8_PREFIX = fromHex("302e020100300506032b657004220420");

/** A private signing key, of a seed of 32 bytes; `public` is its public half, 32 bytes. */
export class SigningKey {
  #key;

  constructor(key, publicKey) {
    this.#key = key;
    this.public = publicKey;
  }

  static async load(seed) {
    const pkcs8 = concat(PKCS8_PREFIX, seed);
    const key = await crypto.subtle.importKey("pkcs8", pkcs8, "Ed25519", true, ["sign"]).catch(async () => {
      const { importAsJwk } = await import("./ed25519_jwk.js");
      return importAsJwk(seed);
    });
    const { x } = await crypto.subtle.exportKey("jwk", key);
    return new SigningKey(key, fromBase64(`${x.replaceAll("-", "+").replaceAll("_", "/")}=`));
  }

  /** 64 bytes. */
  async sign(message) {
    return new Uint8Array(await crypto.subtle.sign("Ed25519", this.#key, message));
  }
}

/** The 32 bytes of a public signing key, if one may verify with it; UnacceptableKey otherwise. */
export function checkSigningKey(raw) {
  const y = raw.slice();
  // Bit 255 is the sign of x.
  y[PUBLIC_SIZE - 1] &= 0x7f;
  const value = raw.length === PUBLIC_SIZE ? fromLittleEndian(y) : PRIME;
  if (value >= PRIME || SMALL_ORDER.has(value)) {
    throw new UnacceptableKey("signing-key");
  }
  return raw;
}

/** WrongSignature unless this key signed this message; UnacceptableKey for the key itself. */
export async function verify(signature, message, { signingKey }) {
  checkSigningKey(signingKey);
  let isGood = false;
  try {
    const key = await crypto.subtle.importKey("raw", signingKey, "Ed25519", false, ["verify"]);
    isGood = await crypto.subtle.verify("Ed25519", key, signature, message);
  } catch {
    // Bytes that are no point of the curve verify nothing.
  }
  if (!isGood) {
    throw new WrongSignature();
  }
}

function fromLittleEndian(bytes) {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
