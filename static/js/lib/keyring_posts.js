// Opening posts, wrapping their keys again, and sealing drafts. Runs in the keyring's worker: content keys never leave
// it.
import { fromBase64, toBase64, toHex } from "../crypto/bytes.js";
import * as contexts from "../crypto/contexts.js";
import { encodeDocument } from "../crypto/documents.js";
import { openContentKey, openEnvelope as openWith, readEnvelope, WrappedKey } from "../crypto/envelopes.js";
import { CannotOpen, UnacceptableKey, WrongKey } from "../crypto/errors.js";
import { fingerprint, loadPublicKey, readPublicKey } from "../crypto/public_keys.js";
import { sealTo, wrap } from "../crypto/wrapping.js";
import { privateKeys } from "./keyring_keys.js";

/** {title, body, fingerprint} of the members of `envelope.json`; NoKeyHere, WrongKey or CannotOpen. */
export async function openEnvelope(account, members) {
  const envelope = readEnvelope(members);
  return withOwnKeys(account, envelope, async (key) => {
    const { title, body } = await openWith(envelope, key);
    return { title, body, fingerprint: toHex(await fingerprint(key.spki)) };
  });
}

/**
 * Wraps a post's content key for the public keys of a read request: [{fingerprint, wrapped_key}]. The request
 * has the post's place, `key_commitment`, the author's own `wrapped_keys`, and `public_keys` as
 * [{fingerprint, public_key}] (PEM). Each fingerprint is computed from the key that is really wrapped to.
 */
export async function rewrap(account, request) {
  const place = readPlace(request);
  const contentKey = await withOwnKeys(account, place, (key) => openContentKey(place, key));
  const wrapped = [];
  for (const pinned of request.public_keys) {
    wrapped.push(await wrapFor(pinned, contentKey, place));
  }
  return wrapped;
}

/** The document, sealed to the workers' key, in base64; InvalidDocument or UnacceptableKey. */
export async function sealDraft(account, { sealingKeyPem, post, group, author, revision, title, body }) {
  const document = encodeDocument({ title, body });
  const { algorithm, der } = await readPublicKey(sealingKeyPem);
  const context = contexts.draft({ post, group, author, revision });
  return toBase64(await sealTo(document, await loadPublicKey(algorithm, der), { context }));
}

async function wrapFor(pinned, contentKey, { post, revision }) {
  const publicKey = await readPublicKey(pinned.public_key);
  const own = await publicKey.fingerprint;
  if (toHex(own) !== pinned.fingerprint) {
    throw new UnacceptableKey("broken");
  }
  const recipient = await loadPublicKey(publicKey.algorithm, publicKey.der);
  const context = contexts.wrappedKey({ post, revision, fingerprint: own });
  return { fingerprint: toHex(own), wrapped_key: toBase64(await wrap(contentKey, recipient, { context })) };
}

// A person may have several keys in this browser. The first that fits is enough.
async function withOwnKeys(account, envelope, use) {
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

function readPlace({ post, group, author, revision, key_commitment, wrapped_keys }) {
  try {
    const sealed = { keyCommitment: fromBase64(key_commitment) };
    return { post, group, author, revision, sealed, wrappedKeys: wrapped_keys.map((entry) => new WrappedKey(entry)) };
  } catch (error) {
    throw new CannotOpen("", { cause: error });
  }
}
