// What an author wrote, as I-JSON (RFC 7493): {"v": 1, "format": "markdown", "title": ..., "body": ...}.
import { utf8 } from "./bytes.js";
import { InvalidDocument } from "./errors.js";
import { MAX_REST, parseObject } from "./strict_json.js";

export const MAX_TITLE = 100; // characters, which are code points
export const MAX_BODY = 1 << 20; // bytes of UTF-8
// JSON may spend six bytes on one of the body ("\u0001"); the title and members of later versions share the rest.
export const MAX_DOCUMENT = 6 * MAX_BODY + MAX_REST;

/** Title and Markdown text of a post. */
export class Document {
  constructor(title, body) {
    this.title = title;
    this.body = body;
    Object.freeze(this);
  }
}

/** The document as JSON bytes; InvalidDocument if `decodeDocument` would not take it back. */
export function encodeDocument(document) {
  const { title, body } = document;
  check(document);
  return utf8(JSON.stringify({ v: 1, format: "markdown", title, body }));
}

/** The document in these bytes; InvalidDocument names the member at fault. Unknown members are ignored. */
export function decodeDocument(data) {
  if (data.length > MAX_DOCUMENT) {
    throw new InvalidDocument("document");
  }
  const members = parseObject(data, { longest: "body" });
  if (members.get("v") !== 1) {
    throw new InvalidDocument("v");
  }
  if (members.get("format") !== "markdown") {
    throw new InvalidDocument("format");
  }
  const document = new Document(members.get("title"), members.get("body"));
  check(document);
  return document;
}

function check({ title, body }) {
  if (typeof title !== "string") {
    throw new InvalidDocument("title");
  }
  if (typeof body !== "string") {
    throw new InvalidDocument("body");
  }
  const characters = [...title].length;
  if (characters < 1 || characters > MAX_TITLE || !title.isWellFormed()) {
    throw new InvalidDocument("title");
  }
  if (!body.isWellFormed() || utf8(body).length > MAX_BODY) {
    throw new InvalidDocument("body");
  }
}
