// Secrets that people type: Crockford's base32, in groups of four letters, most significant bit first.
import { CODE_SIZE } from "./admissions.js";
import { toHex } from "./bytes.js";
import { context } from "./contexts.js";
import { InvalidCode } from "./errors.js";
import { SECRET_SIZE } from "./recovery_keys.js";

const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BETWEEN = /[ \t\r\n\u2010-\u2015\u2212-]+/g;
const CHECKSUM_BITS = 12n;

/** A recovery code's 16 bytes and 12 bits of checksum: seven groups. */
export async function encodeRecovery(secret) {
  return encode((toNumber(secret) << CHECKSUM_BITS) | (await checksum(secret)), { length: 28 });
}

/** The 16 bytes of a recovery code as somebody typed it; InvalidCode says what is wrong. */
export async function decodeRecovery(text) {
  const value = decode(text, { length: 28 });
  const secret = toBytes(value >> CHECKSUM_BITS, SECRET_SIZE);
  if ((value & ((1n << CHECKSUM_BITS) - 1n)) !== (await checksum(secret))) {
    throw new InvalidCode("checksum");
  }
  return secret;
}

/** An admission's 10 bytes: four groups. */
export function encodeAdmission(code) {
  return encode(toNumber(code), { length: 16 });
}

/** The 10 bytes of an admission's code as somebody typed it; InvalidCode says what is wrong. */
export function decodeAdmission(text) {
  return toBytes(decode(text, { length: 16 }), CODE_SIZE);
}

function encode(value, { length }) {
  const letters = Array.from({ length }, (_, at) => LETTERS[Number((value >> BigInt(5 * (length - 1 - at))) & 31n)]);
  return letters.join("").match(/.{4}/g).join("-");
}

function decode(text, { length }) {
  const plain = text.normalize("NFKC").replace(BETWEEN, "").toUpperCase().replaceAll("O", "0").replace(/[IL]/g, "1");
  const values = [...plain].map((letter) => LETTERS.indexOf(letter));
  if (values.includes(-1)) {
    throw new InvalidCode("letters");
  }
  if (values.length !== length) {
    throw new InvalidCode("length");
  }
  return values.reduce((value, letter) => (value << 5n) | BigInt(letter), 0n);
}

async function checksum(secret) {
  const digest = await crypto.subtle.digest("SHA-256", context("recovery-checksum", secret));
  return toNumber(new Uint8Array(digest).subarray(0, 2)) >> (16n - CHECKSUM_BITS);
}

function toNumber(bytes) {
  return BigInt(`0x${toHex(bytes)}`);
}

function toBytes(value, size) {
  return Uint8Array.from({ length: size }, (_, at) => Number((value >> BigInt(8 * (size - 1 - at))) & 255n));
}
