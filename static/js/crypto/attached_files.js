// What a document says of its files: where each is kept, the key that opens it, and what it is.
import { fromHex, isUuid, toBase64, toHex } from "./bytes.js";
import { InvalidDocument } from "./errors.js";
import { readBytes, readString } from "./strict_json.js";

const MAX_FILES = 100;
export const MAX_NAME = 255; // characters
export const MAX_TYPE = 100;
const MAX_ALT = 1_000;
const KEY_SIZE = 32;
const DIGEST_SIZE = 32;

/** A small picture in place of a large one: a file of its own, with a key of its own. */
class Thumbnail {
  constructor({ uid, key, type, size, digest, width, height }) {
    Object.assign(this, { uid, key, type, size, digest, width, height });
    Object.freeze(this);
  }
}

/**
 * A file of a post: `key` (32 bytes) opens it, `size` is that of the plain bytes, `digest` the SHA-256 of the sealed ones.
 * `alt` is the alternative text of a picture; width and height are in pixels. What is not known is null.
 */
class AttachedFile {
  constructor({ uid, key, name, type, size, digest, alt = null, width = null, height = null, thumbnail = null }) {
    Object.assign(this, { uid, key, name, type, size, digest, alt, width, height, thumbnail });
    Object.freeze(this);
  }
}

/** The member `files` of a document; InvalidDocument. Unknown members are ignored. */
export function readFiles(value) {
  check(Array.isArray(value) && value.length <= MAX_FILES);
  return value.map(readFile);
}

/** The same as JSON has it. */
export function writeFiles(files) {
  return files.map(({ name, alt, width, height, thumbnail, ...file }) => {
    const known = Object.entries({ alt, width, height }).filter(([, value]) => value !== null);
    const small = thumbnail && { ...members(thumbnail), width: thumbnail.width, height: thumbnail.height };
    return { ...members(file), name, ...Object.fromEntries(known), ...(small && { thumbnail: small }) };
  });
}

function readFile(value) {
  const given = checkObject(value);
  const optional = (name, read) => (Object.hasOwn(given, name) ? read(given[name]) : undefined);
  return new AttachedFile({
    ...readMembers(given),
    name: readText(given.name, MAX_NAME),
    alt: optional("alt", (alt) => readText(alt, MAX_ALT, 0)),
    width: optional("width", readNumber),
    height: optional("height", readNumber),
    thumbnail: optional("thumbnail", readThumbnail),
  });
}

function readThumbnail(value) {
  const { width, height, ...given } = checkObject(value);
  return new Thumbnail({ ...readMembers(given), width: readNumber(width), height: readNumber(height) });
}

// What every file has.
function readMembers({ uid, key, type, size, digest }) {
  check(isUuid(uid));
  return {
    uid,
    key: readBytes("files", key, KEY_SIZE),
    type: readText(type, MAX_TYPE),
    size: readNumber(size),
    digest: readBytes("files", digest, DIGEST_SIZE, fromHex),
  };
}

function members({ uid, key, type, size, digest }) {
  return { uid, key: toBase64(key), type, size, digest: toHex(digest) };
}

function readText(value, most, least = 1) {
  const { length } = [...readString("files", value)];
  check(length >= least && length <= most);
  return value;
}

function readNumber(value) {
  check(Number.isSafeInteger(value) && value >= 0);
  return value;
}

function checkObject(value) {
  check(typeof value === "object" && value !== null && !Array.isArray(value));
  return value;
}

function check(isRight) {
  if (!isRight) {
    throw new InvalidDocument("files");
  }
}
