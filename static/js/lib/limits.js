// How long a title and a text may be, and which rule they break.
import { MAX_BODY, MAX_TITLE } from "../crypto/documents.js";

const NEAR = 0.9;

/** {title, text}: the names of the messages for these fields, without the fields that have no fault. */
export function faults({ title, body }) {
  const found = {};
  if (title === "") {
    found.title = "title-missing";
  } else if ([...title].length > MAX_TITLE) {
    found.title = "title-too-long";
  }
  if (body.trim() === "") {
    found.text = "text-missing";
  } else if (bytesLeft(body) < 0) {
    found.text = "text-too-long";
  }
  return found;
}

/** How many bytes a text may still grow. */
export function bytesLeft(body) {
  return MAX_BODY - new TextEncoder().encode(body).length;
}

/** Whether the page should say how many bytes are left. */
export function isNearLimit(body) {
  // No character has more than three bytes for each of its UTF-16 units, so short texts need no counting.
  return body.length * 3 > NEAR * MAX_BODY && bytesLeft(body) < (1 - NEAR) * MAX_BODY;
}
