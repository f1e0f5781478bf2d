// What an author wrote, as I-JSON (RFC 7493): title, Markdown text, and all that belongs to them.
import { readFiles, writeFiles } from "./attached_files.js";
import { toBase64, utf8 } from "./bytes.js";
import { InvalidDocument } from "./errors.js";
import { checkRest, MAX_REST, parseObject, readBytes, readString } from "./strict_json.js";

export const MAX_TITLE = 100; // characters, which are code points
export const MAX_BODY = 1 << 20; // bytes of UTF-8
export const MAX_TAGS = 20;
export const MAX_TAG = 30; // characters
export const THREAD_SIZE = 32;
const LETTING_IN = ["author", "moderators", "readers"];
// JSON may spend six bytes on one of the body ("\u0001"); all the other members share the rest.
export const MAX_DOCUMENT = 6 * MAX_BODY + MAX_REST;
const TIME = /^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/**
 * A post's title and Markdown text, with what its author's browser sealed beside them. `time` is when the author sent it,
 * in UTC, by their own clock, or null. `lettingIn` is who may let others in, as the author saw the group's choice. `thread`
 * is the secret of the comments, 32 bytes, or null: a post without one has no comments.
 */
export class Document {
  constructor({ title, body, tags = [], time = null, lettingIn = "author", thread = null, files = [] }) {
    Object.assign(this, { title, body, tags, time, lettingIn, thread, files });
    Object.freeze(this);
  }
}

/** The document as JSON bytes; InvalidDocument if `decodeDocument` would not take it back. */
export function encodeDocument({ title, body, tags, time, lettingIn, thread, files }) {
  const members = { v: 2, format: "markdown", title, body, tags };
  Object.assign(members, time !== null && { time }, { letting_in: lettingIn });
  Object.assign(members, thread !== null && { thread: toBase64(thread) }, { files: writeFiles(files) });
  read(new Map(Object.entries(members)));
  const data = utf8(JSON.stringify(members));
  checkRest(data);
  return data;
}

/** The document in these bytes; InvalidDocument names the member at fault. Unknown members are ignored. */
export function decodeDocument(data) {
  if (data.length > MAX_DOCUMENT) {
    throw new InvalidDocument("document");
  }
  return read(parseObject(data, { longest: "body" }));
}

function read(members) {
  check("v", members.get("v") === 2);
  check("format", members.get("format") === "markdown");
  const optional = (name, reading) => (members.has(name) ? reading(members.get(name)) : undefined);
  return new Document({
    title: readTitle(members.get("title")),
    body: readBody(members.get("body")),
    tags: optional("tags", readTags),
    time: optional("time", readTime),
    lettingIn: optional("letting_in", readLettingIn),
    thread: optional("thread", readThread),
    files: optional("files", readFiles),
  });
}

function readTitle(value) {
  check("title", isLong(readString("title", value), MAX_TITLE));
  return value;
}

function readBody(value) {
  check("body", utf8(readString("body", value)).length <= MAX_BODY);
  return value;
}

function readTags(value) {
  check("tags", Array.isArray(value) && value.length <= MAX_TAGS);
  check("tags", value.every((tag) => isLong(readString("tags", tag), MAX_TAG)));
  return value;
}

// A day or an hour that there is not, would come back as another one.
function readTime(value) {
  const time = TIME.test(readString("time", value)) ? new Date(value) : new Date(NaN);
  check("time", !Number.isNaN(time.getTime()) && time.toISOString() === value.replace("Z", ".000Z"));
  return value;
}

function readLettingIn(value) {
  check("letting_in", LETTING_IN.includes(value));
  return value;
}

function readThread(value) {
  return readBytes("thread", value, THREAD_SIZE);
}

// From 1 to so many characters.
function isLong(text, most) {
  return text !== "" && [...text].length <= most;
}

function check(member, isRight) {
  if (!isRight) {
    throw new InvalidDocument(member);
  }
}
