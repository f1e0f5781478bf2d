// WebKitGTK (2.50) takes no private key as PKCS#8 whose first byte is zero: one of 256. As JWK it does, for which one has to
// know the public half. Its y is made of X25519 of the same scalar (RFC 7748, section 4.1), and its sign is found by trying.
import { concat, fromHex, toBase64 } from "./bytes.js";

const PRIME = 2n ** 255n - 19n;
const SIGN = 2n ** 255n;
const SIZE = 32;
const X25519_PREFIX = fromHex("302e020100300506032b656e04220420");
const BASE_POINT = Uint8Array.of(9, ...new Uint8Array(SIZE - 1));

/** The private key of an Ed25519 seed, extractable; an error if this engine takes it in no way. */
export async function importAsJwk(seed) {
  const y = await publicY(seed);
  return tryPublic(seed, y).catch(() => tryPublic(seed, y | SIGN));
}

async function tryPublic(seed, value) {
  const x = Uint8Array.from({ length: SIZE }, (_, at) => Number((value >> BigInt(8 * at)) & 255n));
  const jwk = { kty: "OKP", crv: "Ed25519", d: base64Url(seed), x: base64Url(x) };
  const key = await crypto.subtle.importKey("jwk", jwk, "Ed25519", true, ["sign"]);
  // An engine may believe any public half.
  const signature = await crypto.subtle.sign("Ed25519", key, seed);
  const verifying = await crypto.subtle.importKey("raw", x, "Ed25519", false, ["verify"]);
  if (!(await crypto.subtle.verify("Ed25519", verifying, signature, seed))) {
    throw new RangeError("This is not the public half.");
  }
  return key;
}

async function publicY(seed) {
  const scalar = new Uint8Array(await crypto.subtle.digest("SHA-512", seed)).slice(0, SIZE);
  // X25519 clears this bit, and the byte is none that is refused.
  scalar[0] |= 1;
  const key = await crypto.subtle.importKey("pkcs8", concat(X25519_PREFIX, scalar), "X25519", false, ["deriveBits"]);
  const base = await crypto.subtle.importKey("raw", BASE_POINT, "X25519", false, []);
  const bytes = new Uint8Array(await crypto.subtle.deriveBits({ name: "X25519", public: base }, key, 8 * SIZE));
  const u = bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
  return ((u - 1n + PRIME) * power(u + 1n, PRIME - 2n)) % PRIME;
}

// What goes in here is public.
function power(base, exponent) {
  let value = 1n;
  for (let left = exponent, square = base % PRIME; left > 0n; left >>= 1n, square = (square * square) % PRIME) {
    value = left & 1n ? (value * square) % PRIME : value;
  }
  return value;
}

function base64Url(bytes) {
  return toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace("=", "");
}
