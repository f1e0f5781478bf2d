// Sealing and opening comments, in the keyring's worker: the secret of a post's comments is in its document, which was opened
// here before. A place is that of crypto/comments.js, as the page shows it.
import { checkSigner } from "../crypto/authors.js";
import { fromBase64, toBase64 } from "../crypto/bytes.js";
import * as comments from "../crypto/comments.js";
import { SealedContent } from "../crypto/contents.js";
import { CannotOpen } from "../crypto/errors.js";
import { currentAccount } from "./keyring_account.js";
import { judgeSigner } from "./keyring_authors.js";
import { threadOf } from "./keyring_posts.js";
import { checkMayAct } from "./keyring_sound.js";

/** The post was not opened here since this worker started. */
class NoThread extends Error {
  name = "NoThread";
}

/**
 * {nonce, ciphertext, key_commitment} in base64 of the person's own comment; InvalidDocument, NoThread, KeyProblem, NoKeyHere, or
 * NoAccountKey: who has none can't sign.
 */
export async function sealComment(account, place, body) {
  checkMayAct(account);
  const own = { ...place, author: account };
  const options = { place: own, thread: secretOf(place), accountKey: currentAccount(account).key };
  const { nonce, ciphertext, keyCommitment } = await comments.sealComment(body, options);
  return { nonce: toBase64(nonce), ciphertext: toBase64(ciphertext), key_commitment: toBase64(keyCommitment) };
}

/**
 * {body, author} of a comment, the author as lib/keyring_authors.js judges them by the links of their chain; WrongKey,
 * CannotOpen, WrongSignature for one that is not signed at all, or NoThread.
 */
export async function openComment(account, place, sealed, authorKeys) {
  const { body, frame } = await comments.openComment(readSealed(sealed), { place, thread: secretOf(place) });
  const statement = await comments.commentStatement(place, frame);
  const { author, comment, revision } = place;
  const check = (chain) => checkSigner(frame, { chain, author, statement });
  return { body, author: await judgeSigner(account, { author, authorKeys, name: `comment/${comment}`, revision, check }, frame) };
}

function secretOf({ post }) {
  const thread = threadOf(post);
  if (!thread) {
    throw new NoThread();
  }
  return thread;
}

/** The SealedContent of {nonce, ciphertext, key_commitment} in base64; CannotOpen. */
export function readSealed({ nonce, ciphertext, key_commitment }) {
  try {
    const members = { nonce: fromBase64(nonce), ciphertext: fromBase64(ciphertext), keyCommitment: fromBase64(key_commitment) };
    return new SealedContent(members);
  } catch (error) {
    throw new CannotOpen("", { cause: error });
  }
}
