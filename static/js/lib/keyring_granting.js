// Wrapping a post's key for somebody who asks, in the keyring's worker: only for keys that the page shows, or what signed
// links lead on to from these, and that their owner's account key is or vouches for.
import { fromBase64, fromHex, toBase64, toHex } from "../crypto/bytes.js";
import * as contexts from "../crypto/contexts.js";
import { verify } from "../crypto/ed25519.js";
import { openContentKey, WrappedKey } from "../crypto/envelopes.js";
import { CannotOpen, UnacceptableKey, WrongSignature } from "../crypto/errors.js";
import { loadPublicKey, readPublicKey } from "../crypto/public_keys.js";
import { ownKey } from "../crypto/statements.js";
import { wrap } from "../crypto/wrapping.js";
import { learn, Unproven } from "./keyring_people.js";
import { withOwnKeys } from "./keyring_posts.js";
import { checkMayAct } from "./keyring_sound.js";

/** The request is for a public key that the page does not show. */
class OtherKeys extends Error {
  name = "OtherKeys";
}

/**
 * Wraps a post's content key for the public keys of a read request: [{fingerprint, wrapped_key}]. The request
 * has the post's place, `key_commitment`, the author's own `wrapped_keys`, and `public_keys` as
 * [{fingerprint, public_key}] (PEM). Each fingerprint is computed from the key that is really wrapped to. `shown` has
 * the fingerprints that the page shows, `text` is what the site says of the keys of `person`, and `trusted` the mark of a key
 * that is taken whatever was seen before. OtherKeys, Unproven, KeyProblem, NoKeyHere.
 */
export async function rewrap(account, { request, shown, person, text, trusted }) {
  checkMayAct(account);
  const known = await learn(account, person, text, { trusted });
  for (const pinned of request.public_keys) {
    await checkPinned(pinned, { person, shown, ...known });
  }
  const place = readPlace(request);
  const contentKey = await withOwnKeys(account, place, (key) => openContentKey(place, key));
  const wrapped = [];
  for (const pinned of request.public_keys) {
    wrapped.push(await wrapFor(pinned, contentKey, place));
  }
  return wrapped;
}

async function checkPinned({ fingerprint }, { person, shown, newest, led, own }) {
  const isNewest = fingerprint === newest?.fingerprint;
  // The page may show a key that its owner replaced in this very moment.
  const isLedTo = isNewest && led.some((older) => shown.includes(older));
  if (!shown.includes(fingerprint) && !isLedTo) {
    throw new OtherKeys();
  }
  if (newest && !isNewest) {
    await checkOwn(own.find((each) => each.fingerprint === fingerprint), { person, newest });
  }
}

async function checkOwn(own, { person: user, newest: { generation, signing_key: signingKey } }) {
  if (!own) {
    throw new Unproven("unsigned");
  }
  try {
    const statement = ownKey({ user, generation, fingerprint: fromHex(own.fingerprint), label: own.label });
    await verify(fromBase64(own.signature), statement, { signingKey: fromBase64(signingKey) });
  } catch (error) {
    throw error instanceof WrongSignature ? new Unproven("unsigned") : error;
  }
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

function readPlace({ post, group, author, revision, key_commitment, wrapped_keys }) {
  try {
    const sealed = { keyCommitment: fromBase64(key_commitment) };
    return { post, group, author, revision, sealed, wrappedKeys: wrapped_keys.map((entry) => new WrappedKey(entry)) };
  } catch (error) {
    throw new CannotOpen("", { cause: error });
  }
}
