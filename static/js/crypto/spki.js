// What a SubjectPublicKeyInfo (RFC 5280) holds, and whether it is a key that is accepted here.
import { equal, fromHex, startsWith, toHex } from "./bytes.js";
import { BIT_STRING, contents, elements, INTEGER, NULL, OBJECT_IDENTIFIER, SEQUENCE, unsigned } from "./der.js";
import { UnacceptableKey } from "./errors.js";
import * as rsaOaep from "./rsa_oaep.js";
import * as xWing from "./x_wing.js";

const X_WING_OID = fromHex("2b0601040183e62d81c87a");
const RSA_OID = fromHex("2a864886f70d010101");
const OTHER_KINDS = new Set([
  "2a8648ce3d0201", // EC
  "2b656e", // X25519
  "2b656f", // X448
  "2b6570", // Ed25519
  "2b6571", // Ed448
  "2a864886f70d01010a", // RSA-PSS
  "2a864886f70d010107", // RSA-OAEP
  "2a8648ce380401", // DSA
  "2a864886f70d010301", // DH
  "2a8648ce3e0201", // X9.42 DH
  "608648016503040401", // ML-KEM-512
  "608648016503040402", // ML-KEM-768
  "608648016503040403", // ML-KEM-1024
  "608648016503040311", // ML-DSA-44
  "608648016503040312", // ML-DSA-65
  "608648016503040313", // ML-DSA-87
]);
const X25519_PRIME = 2n ** 255n - 19n;
// A modulus with a factor below 752 fails the partial validation of NIST SP 800-89, section 5.3.3.
const SMALL_PRIMES = Array.from({ length: 750 }, (_, at) => at + 2).filter(isPrime).map(BigInt);

/** The algorithm of a key in canonical DER; UnacceptableKey for every other kind, size and encoding. */
export function checkSpki(spki) {
  const { oid, parameters, key } = readSpki(spki);
  if (equal(oid, X_WING_OID)) {
    if (!startsWith(spki, xWing.SPKI_PREFIX) || key.length !== xWing.PUBLIC_SIZE) {
      throw new UnacceptableKey("x-wing-form");
    }
    // X25519 (RFC 7748) takes such a number for a smaller one: one key would have several fingerprints.
    if (BigInt(`0x${toHex(key.slice(-32).reverse())}`) >= X25519_PRIME) {
      throw new UnacceptableKey("x-wing-form");
    }
    return xWing.ALGORITHM;
  }
  if (equal(oid, RSA_OID)) {
    if (parameters.length !== 1 || parameters[0][0] !== NULL || parameters[0][1].length !== 0) {
      throw new UnacceptableKey("not-canonical");
    }
    checkRsa(key);
    return rsaOaep.ALGORITHM;
  }
  if (OTHER_KINDS.has(toHex(oid))) {
    throw new UnacceptableKey("other-kind");
  }
  throw new UnacceptableKey("unknown-kind");
}

function readSpki(spki) {
  const [body] = contents(spki, SEQUENCE);
  const [identifier, bits] = contents(body, SEQUENCE, BIT_STRING);
  const [[tag, oid], ...parameters] = [...elements(identifier), [NULL, undefined]];
  // The first byte counts unused bits: a key is whole bytes.
  if (tag !== OBJECT_IDENTIFIER || bits[0] !== 0) {
    throw new UnacceptableKey("not-der");
  }
  return { oid, parameters: parameters.slice(0, -1), key: bits.subarray(1) };
}

function checkRsa(key) {
  const [body] = contents(key, SEQUENCE);
  const [modulus, exponent] = contents(body, INTEGER, INTEGER);
  checkNumbers(unsigned(modulus), unsigned(exponent));
}

function checkNumbers(modulus, exponent) {
  const bits = modulus.toString(2).length;
  if (bits < rsaOaep.SMALLEST) {
    throw new UnacceptableKey("rsa-too-small");
  }
  if (bits > rsaOaep.LARGEST) {
    throw new UnacceptableKey("rsa-too-large");
  }
  if (exponent !== BigInt(rsaOaep.EXPONENT)) {
    throw new UnacceptableKey("rsa-exponent");
  }
  if (SMALL_PRIMES.some((prime) => modulus % prime === 0n)) {
    throw new UnacceptableKey("broken");
  }
}

function isPrime(number) {
  for (let divisor = 2; divisor * divisor <= number; divisor++) {
    if (number % divisor === 0) {
      return false;
    }
  }
  return true;
}
