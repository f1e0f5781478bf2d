// A post as `envelope.json` holds it: its place, its sealed content, and its key wrapped for public keys.
import { equal, fromBase64, fromHex } from "./bytes.js";
import { checkCommitment, openContent, SealedContent } from "./contents.js";
import * as contexts from "./contexts.js";
import { decodeDocument } from "./documents.js";
import { CannotOpen, InvalidDocument, WrongKey } from "./errors.js";
import { decodeFrame } from "./frames.js";
import { fingerprint } from "./public_keys.js";
import { unwrap } from "./wrapping.js";

/** The content key for one public key; the algorithm is what the envelope claims. */
export class WrappedKey {
  constructor({ fingerprint: hex, algorithm, wrapped_key: wrapped }) {
    this.fingerprint = fromHex(hex);
    this.algorithm = string(algorithm);
    this.wrapped = fromBase64(string(wrapped));
    Object.freeze(this);
  }
}

/**
 * A sealed post in its place. `title` is the one that the server shows in lists. `authorKeys` is what the envelope says of
 * the author's chain, unread: what is wrong with that is no reason not to open the post (see authors.js).
 */
class Envelope {
  constructor({ post, group, author, revision, title, nonce, ciphertext, key_commitment, wrapped_keys, author_keys }) {
    Object.assign(this, { post, group, author, revision, title: string(title) });
    // This throws if the place is none.
    contexts.content(this);
    this.sealed = new SealedContent({
      nonce: fromBase64(string(nonce)),
      ciphertext: fromBase64(string(ciphertext)),
      keyCommitment: fromBase64(string(key_commitment)),
    });
    this.wrappedKeys = wrapped_keys.map((entry) => new WrappedKey(entry));
    this.authorKeys = author_keys;
    Object.freeze(this);
  }
}

/** What an envelope holds: the document, and the frame with its author's signature, which is still to be checked. */
class Opened {
  constructor({ document, frame }) {
    Object.assign(this, { document, frame });
    Object.freeze(this);
  }
}

/** The envelope with these members of `envelope.json`; CannotOpen if it is none of version 2. */
export function readEnvelope(members) {
  try {
    if (members.v === 2) {
      return new Envelope(members);
    }
  } catch {
    // A malformed envelope can't be opened, whatever is wrong with it.
  }
  throw new CannotOpen();
}

/** The content key, checked against the commitment; WrongKey if it isn't wrapped for this private key. */
export async function openContentKey(envelope, privateKey) {
  const own = await fingerprint(privateKey.spki);
  const context = contexts.wrappedKey({ ...envelope, fingerprint: own });
  for (const entry of envelope.wrappedKeys) {
    // The algorithm is a property of the public key: an envelope that claims another is refused.
    if (equal(entry.fingerprint, own) && entry.algorithm === privateKey.algorithm) {
      const contentKey = await unwrap(entry.wrapped, privateKey, { context });
      await checkCommitment(envelope.sealed.keyCommitment, { contentKey, keyContext: contexts.contentKey(envelope) });
      return contentKey;
    }
  }
  throw new WrongKey();
}

/** What the envelope holds; WrongKey or CannotOpen. */
export async function openEnvelope(envelope, privateKey) {
  const contentKey = await openContentKey(envelope, privateKey);
  const plain = await openContent(envelope.sealed, {
    contentKey,
    contentContext: contexts.content(envelope),
    keyContext: contexts.contentKey(envelope),
  });
  try {
    const frame = decodeFrame(plain);
    return new Opened({ document: decodeDocument(frame.document), frame });
  } catch (error) {
    throw error instanceof InvalidDocument ? new CannotOpen() : error;
  }
}

function string(value) {
  if (typeof value !== "string") {
    throw new TypeError("This member must be a string.");
  }
  return value;
}
