// Opening posts. Runs in the keyring's worker: content keys never leave it.
import { toHex } from "../crypto/bytes.js";
import { openEnvelope as openWith, readEnvelope } from "../crypto/envelopes.js";
import { WrongKey } from "../crypto/errors.js";
import { fingerprint } from "../crypto/public_keys.js";
import { privateKeys } from "./keyring_keys.js";

// A script did not load, or this browser could not look into what it remembers. The text is shown all the same.
const NOT_CHECKED = { signed: "broken", reason: "not-checked", at: null };

// The secrets of the comments under the posts that were opened, by post.
const threads = new Map();

/** The secret of a post's comments; null for a post without one, and for one that was not opened here. */
export const threadOf = (post) => threads.get(post) ?? null;

/**
 * The Document in the members of `envelope.json`, with the `fingerprint` of the key that opened it, and `author` as
 * lib/keyring_authors.js judges them, and the highest revision of the post that was ever `seen` here; NoKeyHere, WrongKey
 * or CannotOpen.
 */
export async function openEnvelope(account, members) {
  const envelope = readEnvelope(members);
  // It loads while the text is opened.
  const judging = import("./keyring_authors.js");
  judging.catch(() => null);
  return withOwnKeys(account, envelope, async (key) => {
    const { document, frame } = await openWith(envelope, key);
    document.thread && threads.set(envelope.post, document.thread);
    const author = await judging.then(({ judge }) => judge(account, envelope, frame)).catch(() => NOT_CHECKED);
    // A browser that keeps nothing has seen nothing.
    const seen = await judging.then(({ noteRevision }) => noteRevision(account, envelope)).catch(() => envelope.revision);
    return { ...document, seen, fingerprint: toHex(await fingerprint(key.spki)), author };
  });
}

/** What `use` makes of the private key that opens an envelope; WrongKey if none does. The first that fits is enough. */
export async function withOwnKeys(account, envelope, use) {
  const keys = await privateKeys(account, envelope.wrappedKeys.map((entry) => toHex(entry.fingerprint)));
  for (const key of keys) {
    try {
      return await use(key);
    } catch (error) {
      if (!(error instanceof WrongKey)) {
        throw error;
      }
    }
  }
  throw new WrongKey();
}
