// What an author wrote, as I-JSON (RFC 7493): {"v": 1, "format": "markdown", "title": ..., "body": ...}.
import { utf8 } from "./bytes.js";
import { InvalidDocument } from "./errors.js";

export const MAX_TITLE = 100; // characters, which are code points
export const MAX_BODY = 1 << 20; // bytes of UTF-8
// JSON may spend six bytes on one ("\u0001"); the rest is for the title and for members of later versions.
export const MAX_DOCUMENT = 6 * MAX_BODY + (64 << 10);
export const MAX_DEPTH = 32;

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
  const members = parse(data);
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

function parse(data) {
  if (data.length > MAX_DOCUMENT) {
    throw new InvalidDocument("document");
  }
  let text, members;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
    members = JSON.parse(text);
  } catch {
    throw new InvalidDocument("document");
  }
  if (typeof members !== "object" || members === null || Array.isArray(members)) {
    throw new InvalidDocument("document");
  }
  checkNames(text);
  checkValues(members);
  return new Map(Object.entries(members));
}

// JSON.parse keeps the last of two members with one name and says nothing. The text is known to be JSON here.
function checkNames(text) {
  const open = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "{" || character === "[") {
      open.push(new Set());
    } else if (character === "}" || character === "]") {
      open.pop();
    } else if (character === '"') {
      const start = at;
      at = endOfString(text, start);
      if (isName(text, at + 1)) {
        const name = JSON.parse(text.slice(start, at + 1));
        if (open.at(-1).has(name)) {
          throw new InvalidDocument("document");
        }
        open.at(-1).add(name);
      }
    }
  }
}

function endOfString(text, start) {
  let at = start + 1;
  while (text[at] !== '"') {
    at += text[at] === "\\" ? 2 : 1;
  }
  return at;
}

function isName(text, after) {
  let at = after;
  while (" \t\r\n".includes(text[at] ?? "x")) {
    at++;
  }
  return text[at] === ":";
}

// Level by level rather than by recursion, so that the depth of the document is the only limit.
function checkValues(members) {
  let level = [members];
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    level = level.flatMap(children);
    if (level.length === 0) {
      return;
    }
    if (level.some((value) => typeof value === "string" && !value.isWellFormed())) {
      throw new InvalidDocument("document");
    }
  }
  throw new InvalidDocument("document");
}

function children(value) {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  return Array.isArray(value) ? value : [...Object.keys(value), ...Object.values(value)];
}
