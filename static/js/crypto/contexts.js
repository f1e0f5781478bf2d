// Where a ciphertext belongs, as bytes that it is bound to. A caller computes them from the place that the page shows,
// never from what came along with the ciphertext.
import { concat, utf8, uuid } from "./bytes.js";

/** `secureblogs/v1/` and the purpose, a zero byte, each part after its length (4 bytes, big-endian). */
export function context(purpose, ...parts) {
  if (purpose.includes("\0")) {
    throw new RangeError("A purpose holds no zero byte: that is where it ends.");
  }
  return concat(utf8(`secureblogs/v1/${purpose}\0`), ...parts.flatMap((part) => [number(part.length), part]));
}

/** Associated data of a post's content. */
export function content({ post, group, author, revision }) {
  return context("content", uuid(post), uuid(group), uuid(author), number(revision));
}

/** HKDF info under which a content key becomes the encryption key and its commitment. */
export function contentKey({ post, revision }) {
  return context("content-key", uuid(post), number(revision));
}

/** HPKE info or RSA-OAEP label of a key wrapped for the public key with this fingerprint. */
export function wrappedKey({ post, revision, fingerprint }) {
  if (fingerprint.length !== 32) {
    throw new RangeError("A fingerprint has 32 bytes.");
  }
  return context("wrapped-key", uuid(post), number(revision), fingerprint);
}

/** HPKE info of a document on its way to the workers. */
export function draft({ post, group, author, revision }) {
  return context("draft", uuid(post), uuid(group), uuid(author), number(revision));
}

/** Context of a file's ciphertext. It names no group: a draft may still move to another one. */
export function file({ post, author, file: uid }) {
  return context("file", uuid(post), uuid(author), uuid(uid));
}

/** Four bytes, big-endian. */
export function number(value) {
  // A DataView would wrap around in silence.
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** 32) {
    throw new RangeError("This number does not fit in 4 bytes.");
  }
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
