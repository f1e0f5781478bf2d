// PEM (RFC 7468): exactly one block, white space around it and between its characters, nothing else.
import { fromBase64, toBase64 } from "./bytes.js";
import { UnacceptableKey } from "./errors.js";

const MAX_PEM = 16 << 10; // characters; an RSA key of 16,384 bits has 3 KiB
const BLOCK = /^-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/= \t\r\n]*)-----END \1-----$/;
const BEGIN = /-----BEGIN [A-Z0-9 ]{1,40}-----/g;
const SPACE = /[ \t\r\n]+/g;
// What editors and pages put into a key that is copied: marks that nobody sees, and spaces of other kinds.
const MARKS = /\u034f|[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;
const OTHER_SPACES = /[\v\f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/g;

/** The text with ordinary spaces only, and without a byte order mark. */
export function plainPem(text) {
  return text.replace(MARKS, "").replace(OTHER_SPACES, " ");
}

/** One block in lines of 64 characters, ending in a line feed. */
export function encodePem(label, der) {
  const lines = toBase64(der).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

/** Label and DER of the one block in the text; UnacceptableKey says what is in the way. */
export function decodePem(pem) {
  if (pem.length > MAX_PEM) {
    throw new UnacceptableKey("too-long");
  }
  if ((pem.match(BEGIN) ?? []).length > 1) {
    throw new UnacceptableKey("several-blocks");
  }
  const block = BLOCK.exec(pem.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, ""));
  if (!block) {
    throw new UnacceptableKey("not-pem");
  }
  const [, label, body] = block;
  try {
    return [label, fromBase64(body.replace(SPACE, ""))];
  } catch {
    throw new UnacceptableKey("bad-base64");
  }
}
