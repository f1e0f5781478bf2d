// How long a title and a text may be, and how many tags there may be; which rule they break.
import { MAX_BODY, MAX_TAG, MAX_TAGS, MAX_TITLE } from "../crypto/documents.js";
import { plainLine } from "../crypto/lines.js";

const NEAR = 0.9;

/** {title, text, tags}: the names of the messages for these fields, without the fields that have no fault. */
export function faults({ title, body, tags = [] }) {
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
  if (tags.length > MAX_TAGS) {
    found.tags = "tags-too-many";
  } else if (tags.some((tag) => [...tag].length > MAX_TAG)) {
    found.tags = "tag-too-long";
  }
  return found;
}

/** The tags in a text with commas between, each once. A comma may also be one of Chinese. */
export function tagsOf(text) {
  const tags = text.split(/[,，、\r\n]/).map((tag) => plainLine(tag.toWellFormed()).trim());
  return [...new Set(tags.filter((tag) => tag !== ""))];
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
