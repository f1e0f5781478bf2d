// What only workers do in the product, in Python. These tests need something to open.
import { CONTENT_KEY_SIZE } from "../../../static/js/crypto/contents.js";

/** 32 random bytes, to be used for one revision of one post. */
export function newContentKey() {
  return crypto.getRandomValues(new Uint8Array(CONTENT_KEY_SIZE));
}
