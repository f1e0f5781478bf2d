// Padmé padding ("Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", PETS 2019): a
// stored length tells only its bucket, at most 12 % above what was written.
import { CannotOpen } from "./errors.js";

export const SMALLEST = 1024;
const MARK = 0x80;

/** The length rounded up so that its binary form ends in zeros: E - S of them, E and S as in the paper. */
export function padme(length) {
  if (length < 2) {
    return length;
  }
  // Lengths stay far below 2^31, where these 32-bit operations are exact.
  const exponent = 31 - Math.clz32(length);
  const kept = 32 - Math.clz32(exponent);
  const unit = 2 ** (exponent - kept);
  return Math.ceil(length / unit) * unit;
}

/** The document, one 0x80, and zeros up to its bucket. */
export function pad(document) {
  const padded = new Uint8Array(bucket(document.length + 1));
  padded.set(document);
  padded[document.length] = MARK;
  return padded;
}

/** The document before one 0x80 and zeros up to its bucket; CannotOpen unless this is exactly how `pad` pads it. */
export function unpad(padded) {
  const mark = padded.findLastIndex((byte) => byte !== 0);
  if (padded[mark] !== MARK || padded.length !== bucket(mark + 1)) {
    throw new CannotOpen();
  }
  return padded.slice(0, mark);
}

function bucket(marked) {
  return Math.max(SMALLEST, padme(marked));
}
