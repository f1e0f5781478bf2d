// The little DER (X.690) that public keys need, strict: one value has one encoding, all else is refused.
import { toHex } from "./bytes.js";
import { UnacceptableKey } from "./errors.js";

export const INTEGER = 0x02;
export const BIT_STRING = 0x03;
export const NULL = 0x05;
export const OBJECT_IDENTIFIER = 0x06;
export const SEQUENCE = 0x30;

/** Tag and content of each element in a row. */
export function elements(der) {
  const found = [];
  let rest = der;
  while (rest.length > 0) {
    if (rest.length < 2) {
      throw new UnacceptableKey("not-der");
    }
    const tag = rest[0];
    let size = rest[1];
    let start = 2;
    if (size === 0x80) {
      throw new UnacceptableKey("not-canonical"); // BER's indefinite length.
    }
    if (size > 0x80) {
      start += size - 0x80;
      // A size past 2^53 loses its last digits here, but it is past the end all the same.
      size = rest.subarray(2, start).reduce((value, byte) => value * 256 + byte, 0);
      if (rest[2] === 0 || size < 0x80) {
        throw new UnacceptableKey("not-canonical");
      }
    }
    if (rest.length < start + size) {
      throw new UnacceptableKey("not-der");
    }
    found.push([tag, rest.subarray(start, start + size)]);
    rest = rest.subarray(start + size);
  }
  return found;
}

/** The contents of a row of elements that has exactly these tags. */
export function contents(der, ...tags) {
  const row = elements(der);
  if (row.length !== tags.length || row.some(([tag], at) => tag !== tags[at])) {
    throw new UnacceptableKey("not-der");
  }
  return row.map(([, content]) => content);
}

/** The value of an INTEGER's content as a BigInt, which may be neither negative nor longer than needed. */
export function unsigned(content) {
  if (content.length === 0) {
    throw new UnacceptableKey("not-der");
  }
  if (content[0] >= 0x80 || (content[0] === 0 && content.length > 1 && content[1] < 0x80)) {
    throw new UnacceptableKey("not-canonical");
  }
  return BigInt(`0x${toHex(content)}`);
}
