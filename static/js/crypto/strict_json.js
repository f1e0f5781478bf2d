// Objects in I-JSON (RFC 7493), strict and bounded: one string may be long, all the rest is little.
import { fromBase64, utf8 } from "./bytes.js";
import { InvalidDocument } from "./errors.js";

// Bytes of all but the longest string. Without this limit a worker would parse a million values for nothing.
export const MAX_REST = 64 << 10;
const MAX_DEPTH = 32;
const [QUOTE, BACKSLASH] = utf8('"\\');

/** The members of the object in these bytes, or InvalidDocument. Only the member `longest` may be a long string. */
export function parseObject(data, { longest }) {
  checkRest(data);
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
  checkValues(members, longest);
  return new Map(Object.entries(members));
}

/** InvalidDocument if all but the longest string is too much, before anything is parsed. */
export function checkRest(data) {
  let rest = 0;
  let longest = 0;
  let at = 0;
  for (let start = data.indexOf(QUOTE); start !== -1 && rest <= MAX_REST; start = data.indexOf(QUOTE, at)) {
    const end = endOfString(data, start, { quote: QUOTE, backslash: BACKSLASH }) + 1;
    rest += start - at + Math.min(end - start, longest);
    longest = Math.max(end - start, longest);
    at = end;
  }
  if (rest + data.length - at > MAX_REST) {
    throw new InvalidDocument("document");
  }
}

/** A string that the member holds; InvalidDocument if it is none, or could not be written as UTF-8. */
export function readString(member, value) {
  if (typeof value !== "string" || !value.isWellFormed()) {
    throw new InvalidDocument(member);
  }
  return value;
}

/** So many bytes that the member holds, in their one form as text; InvalidDocument. */
export function readBytes(member, value, size, decode = fromBase64) {
  let bytes = null;
  try {
    bytes = typeof value === "string" && decode(value);
  } catch {
    // Another text for the same bytes is none.
  }
  if (bytes?.length !== size) {
    throw new InvalidDocument(member);
  }
  return bytes;
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

// In a text, or in its bytes.
function endOfString(text, start, { quote, backslash } = { quote: '"', backslash: "\\" }) {
  let at = start + 1;
  while (text[at] !== quote) {
    if (at >= text.length) {
      throw new InvalidDocument("document");
    }
    at += text[at] === backslash ? 2 : 1;
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
function checkValues(members, longest) {
  let level = [members];
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    level = level.flatMap(children);
    if (level.length === 0) {
      return;
    }
    for (const value of level) {
      if (typeof value === "string" && !(readString("document", value) === members[longest] || isShort(value))) {
        throw new InvalidDocument("document");
      }
    }
  }
  throw new InvalidDocument("document");
}

function isShort(text) {
  return text.length <= MAX_REST && utf8(text).length <= MAX_REST;
}

function children(value) {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  return Array.isArray(value) ? value : [...Object.keys(value), ...Object.values(value)];
}
