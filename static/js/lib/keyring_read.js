// What a person has read in this browser, so that it can show what an edit changed: of each post the text that was opened
// last, and the one before it. It lies in IndexedDB under the key of drafts (keyring_drafts.js). Runs in the keyring's worker.
import { utf8 } from "../crypto/bytes.js";
import { checkLocalKey, openLocally, sealLocally } from "./keyring_drafts.js";
import { get, put } from "./keyring_store.js";

/**
 * Keeps the text of a post, {post, revision, title, body, tags}. Resolves to the earlier one that was read here before it, or
 * null; NoLocalKey.
 */
export async function noteRead(account, text) {
  await checkLocalKey(account);
  const { last = null, before = null } = await load(account, text.post);
  if (last?.revision >= text.revision) {
    return last.revision === text.revision ? before : null;
  }
  const sealed = await sealLocally(account, placeOf(text.post), utf8(JSON.stringify({ last: text, before: last })));
  await put(account, "read", { post: text.post, ...sealed });
  return last;
}

// What lies under a key that is gone was not read here.
async function load(account, post) {
  const record = await get(account, "read", post);
  const opened = record && openLocally(account, placeOf(post), record);
  const bytes = await opened?.catch(() => null);
  return bytes ? JSON.parse(new TextDecoder().decode(bytes)) : {};
}

function placeOf(post) {
  return `read/${post}`;
}
