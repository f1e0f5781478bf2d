// What the account's private keys are for. Runs in the keyring's worker: content keys never leave it.
import { fromBase64, toBase64, toHex } from "../crypto/bytes.js";
import * as contexts from "../crypto/contexts.js";
import { encodeDocument } from "../crypto/documents.js";
import { Envelope, openContentKey, openEnvelope as openWith, WrappedKey } from "../crypto/envelopes.js";
import { CannotOpen, UnacceptableKey, WrongKey } from "../crypto/errors.js";
import { fingerprint, loadPublicKey, readPublicKey } from "../crypto/public_keys.js";
import { sealTo, wrap } from "../crypto/wrapping.js";
import { privateKeys } from "./keyring_keys.js";

/** {title, body, fingerprint} of the members of `envelope.json`; NoKeyHere, WrongKey or CannotOpen. */
export async function openEnvelope(account, members) {
  if (members.v !== 1) {
    throw new CannotOpen();
  }
  const envelope = read(() => new Envelope(members));
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
export async function rewrap(account, request, progress) {
  const { post, group, author, revision } = request;
  const place = read(() => ({
    post,
    group,
    author,
    revision,
    sealed: { keyCommitment: fromBase64(request.key_commitment) },
    wrappedKeys: request.wrapped_keys.map((entry) => new WrappedKey(entry)),
  }));
  const contentKey = await withOwnKeys(account, place, (key) => openContentKey(place, key));
  const wrapped = [];
  for (const pinned of request.public_keys) {
    wrapped.push(await wrapFor(pinned, contentKey, place));
    progress({ done: wrapped.length, total: request.public_keys.length });
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

// A person may have several keys here; the first that fits is enough.
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

function read(make) {
  try {
    return make();
  } catch (error) {
    throw new CannotOpen("", { cause: error });
  }
}
