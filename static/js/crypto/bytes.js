// What Python has built in. All bytes are Uint8Arrays.

export function utf8(text) {
  return new TextEncoder().encode(text);
}

export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** Whether two byte strings are the same, in a time that depends on nothing but their lengths. */
export function equal(one, other) {
  if (one.length !== other.length) {
    return false;
  }
  let difference = 0;
  for (let at = 0; at < one.length; at++) {
    difference |= one[at] ^ other[at];
  }
  return difference === 0;
}

export function startsWith(bytes, prefix) {
  return equal(bytes.subarray(0, prefix.length), prefix);
}

export function toBase64(bytes) {
  const pieces = [];
  // As many arguments as every engine takes.
  for (let start = 0; start < bytes.length; start += 8192) {
    pieces.push(String.fromCharCode(...bytes.subarray(start, start + 8192)));
  }
  return btoa(pieces.join(""));
}

/** The bytes of canonical base64: padded, no white space, no stray bits; TypeError otherwise. */
export function fromBase64(text) {
  let binary;
  try {
    binary = atob(text);
  } catch {
    throw new TypeError("This is not base64.");
  }
  if (btoa(binary) !== text) {
    throw new TypeError("This is not canonical base64.");
  }
  // Uint8Array.from with a function takes ten times as long, which a post of 1 MiB shows.
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) {
    bytes[at] = binary.charCodeAt(at);
  }
  return bytes;
}

export function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The bytes of lower-case hex; TypeError otherwise. */
export function fromHex(text) {
  if (typeof text !== "string" || !/^(?:[0-9a-f]{2})*$/.test(text)) {
    throw new TypeError("This is not lower-case hex.");
  }
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

export function isUuid(text) {
  return typeof text === "string" && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

/** The 16 bytes of a UUID in lower case. */
export function uuid(text) {
  if (!isUuid(text)) {
    throw new RangeError("This is not a UUID in lower case.");
  }
  return fromHex(text.replaceAll("-", ""));
}
