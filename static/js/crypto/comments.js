// Comments under a post: sealed and signed by whoever writes them, under a secret that the post's document holds. A place is
// {post, group, comment, author, revision, parent}, the parent null for what answers nothing.
import { derive } from "./account_keys.js";
import { utf8, uuid } from "./bytes.js";
import { openContent, sealContent } from "./contents.js";
import { context, number } from "./contexts.js";
import { THREAD_SIZE } from "./documents.js";
import { CannotOpen, InvalidDocument, WrongSignature } from "./errors.js";
import { decodeFrame, encodeFrame, signFrame } from "./frames.js";
import { digest } from "./statements.js";
import { MAX_REST, parseObject, readString } from "./strict_json.js";

export const MAX_COMMENT = 64 << 10; // bytes of UTF-8
// JSON may spend six bytes on one of the text.
const MAX_BYTES = 6 * MAX_COMMENT + MAX_REST;
const NONE = new Uint8Array(0);

/** What the author signs with the account key of this fingerprint. */
export async function commentStatement(place, { fingerprint, document }) {
  return context("comment-statement", ...parts(place), fingerprint, await digest(document));
}

/** A comment in its place, signed; InvalidDocument if it is too long. */
export async function sealComment(body, { place, thread, accountKey }) {
  const document = encodeComment(body);
  const statement = await commentStatement(place, { fingerprint: accountKey.fingerprint, document });
  return sealContent(encodeFrame(await signFrame(document, { accountKey, statement })), {
    contentKey: await key(place, thread),
    contentContext: content(place),
    keyContext: contentKey(place),
  });
}

/** {body, frame}: the text and what signs it, which is still to be verified; WrongKey, CannotOpen, or WrongSignature without one. */
export async function openComment(sealed, { place, thread }) {
  const opened = await openContent(sealed, {
    contentKey: await key(place, thread),
    contentContext: content(place),
    keyContext: contentKey(place),
  });
  const { frame, body } = read(opened);
  if (!frame.isSigned) {
    throw new WrongSignature();
  }
  return { body, frame };
}

function read(opened) {
  try {
    const frame = decodeFrame(opened);
    return { frame, body: decodeComment(frame.document) };
  } catch (error) {
    throw error instanceof InvalidDocument ? new CannotOpen() : error;
  }
}

/** The comment as JSON bytes; InvalidDocument if `decodeComment` would not take it back. */
function encodeComment(body) {
  check(body);
  return utf8(JSON.stringify({ v: 2, format: "markdown", body }));
}

/** The text in these bytes; InvalidDocument names the member at fault. Unknown members are ignored. */
function decodeComment(data) {
  if (data.length > MAX_BYTES) {
    throw new InvalidDocument("document");
  }
  const members = parseObject(data, { longest: "body" });
  if (members.get("v") !== 2) {
    throw new InvalidDocument("v");
  }
  if (members.get("format") !== "markdown") {
    throw new InvalidDocument("format");
  }
  const body = members.get("body");
  check(body);
  return body;
}

function check(body) {
  if (utf8(readString("body", body)).length > MAX_COMMENT) {
    throw new InvalidDocument("body");
  }
}

async function key({ post, comment, revision }, thread) {
  if (thread.length !== THREAD_SIZE) {
    throw new RangeError("The secret of a post's comments has 32 bytes.");
  }
  return derive(thread, "comment-key", uuid(post), uuid(comment), number(revision));
}

function content(place) {
  return context("comment", ...parts(place));
}

function contentKey({ comment, revision }) {
  return context("comment-content-key", uuid(comment), number(revision));
}

function parts({ post, group, comment, author, revision, parent }) {
  return [uuid(post), uuid(group), uuid(comment), uuid(author), number(revision), parent ? uuid(parent) : NONE];
}
