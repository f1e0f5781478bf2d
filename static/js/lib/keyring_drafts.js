// The draft of an author, encrypted in this browser: it survives a closed tab, and the disk never holds its text.
import { utf8 } from "../crypto/bytes.js";
import { decrypt, encrypt, get, getAll, put, remove } from "./keyring_store.js";

const SENT = "sent/";

/** Keeps a JSON value in a slot, in place of the one before. */
export async function saveDraft(account, slot, draft) {
  const sealed = await encrypt(account, `draft/${slot}`, utf8(JSON.stringify(draft)));
  await put(account, "drafts", { slot, sealed });
}

/** The value of the slot, or null. */
export async function loadDraft(account, slot) {
  const record = await get(account, "drafts", slot);
  if (!record) {
    return null;
  }
  return JSON.parse(new TextDecoder().decode(await decrypt(account, `draft/${slot}`, record.sealed)));
}

export async function dropDraft(account, slot) {
  await remove(account, "drafts", slot);
}

/** [{slot, title}] of the drafts whose slots begin with the prefix, newest first. */
export async function listDrafts(account, prefix) {
  const slots = (await getAll(account, "drafts")).map((record) => record.slot);
  const isSent = (slot) => slot.startsWith(SENT);
  const drafts = await Promise.all(slots.filter((slot) => !isSent(slot)).map((slot) => load(account, slot)));
  // Nobody sends a post again of which no draft is left.
  const posts = new Set(drafts.map(({ post }) => SENT + post));
  await Promise.all(slots.filter((slot) => isSent(slot) && !posts.has(slot)).map((slot) => dropDraft(account, slot)));
  const listed = drafts.filter(({ slot, keptAt }) => slot.startsWith(prefix) && keptAt);
  return listed.sort((one, other) => other.keptAt - one.keptAt).map(({ slot, title }) => ({ slot, title }));
}

/** Adds to the digests of the texts that some tab of this browser tried to send under a post's uid. */
export async function noteSent(account, post, digest) {
  await navigator.locks.request(`secureblogs-${SENT}${post}`, async () => {
    const sent = await sentOf(account, post);
    await saveDraft(account, SENT + post, [...new Set([...sent, digest])]);
  });
}

/** These digests, in any order. */
export async function sentOf(account, post) {
  return (await loadDraft(account, SENT + post)) ?? [];
}

// Without its members where it can't be opened any more.
async function load(account, slot) {
  return { ...(await loadDraft(account, slot).catch(() => null)), slot };
}
