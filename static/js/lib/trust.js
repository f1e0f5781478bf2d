// What a browser can tell about who signed a comment, or a post among many, in words.
import { dayOf } from "./days.js";
import { message } from "./messages.js";

/**
 * A fragment for an author of this name as lib/keyring_authors.js judges them. Messages of the host: those of
 * templates/posts/posts/_signed.html with {name}.
 */
export function wordsOfTrust(host, name, { signed, reason, at }) {
  return message(host, `${signed === "broken" ? "broken" : "signed"}-${reason}`, { name, day: dayOf(at) });
}
