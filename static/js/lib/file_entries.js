// What a draft and a document say of a file.
import { MAX_NAME } from "../crypto/attached_files.js";
import { fromBase64, fromHex, toBase64, toHex } from "../crypto/bytes.js";
import { plainLine } from "../crypto/lines.js";

const EXTENSIONS = { "image/jpeg": "jpg", "image/webp": "webp", "image/png": "png" };

/** The name of a File, in one line that shows all of it. */
export function nameOf({ name }) {
  return [...plainLine(name.toWellFormed()).replace(/[\t\r\n]+/g, " ").trim()].slice(-MAX_NAME).join("") || "file";
}

/** The name of a picture that was encoded as `type`. */
export function withExtension(name, type) {
  const extension = EXTENSIONS[type];
  const known = extension === "jpg" ? /\.jpe?g$/i : new RegExp(`\\.${extension}$`, "i");
  return known.test(name) ? name : `${name.replace(/\.\w{1,5}$/, "").slice(0, MAX_NAME - 6)}.${extension}`;
}

/** An entry of a document as JSON, for a draft; `fromKept` gives the entry back. It leaves out what it does not know. */
export function toKept({ key, digest, thumbnail, ...rest }) {
  const known = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null));
  return { ...known, key: toBase64(key), digest: toHex(digest), ...(thumbnail && { thumbnail: toKept(thumbnail) }) };
}

export function fromKept({ key, digest, thumbnail, ...rest }) {
  return { ...rest, key: fromBase64(key), digest: fromHex(digest), ...(thumbnail && { thumbnail: fromKept(thumbnail) }) };
}
