// Whether a post or a comment is by whom its place names: by the chain of their keys, and the signature in its frame.
import { equal } from "./bytes.js";
import { checkChain } from "./chains.js";
import { WrongSignature } from "./errors.js";
import { checkFrame } from "./frames.js";
import * as statements from "./statements.js";

/**
 * The generation of the author that signed this statement, which names the account key of the frame. BrokenChain if the
 * author's keys don't follow one another, WrongSignature if none of them signed it. Whether the chain goes on from what one
 * has seen of the author is for who asks.
 */
export async function checkSigner(frame, { chain, author, statement }) {
  await checkChain(chain, { user: author });
  const link = chain.find(({ fingerprint }) => equal(fingerprint, frame.fingerprint));
  if (!link) {
    throw new WrongSignature();
  }
  await checkFrame(frame, { statement, signingKey: link.signingKey });
  return link;
}

/** The generation of the author that signed this document for this place; errors as `checkSigner`'s. */
export async function checkAuthor(frame, { chain, post, group, author, revision }) {
  const statement = await statements.post({ post, group, author, revision, ...frame });
  return checkSigner(frame, { chain, author, statement });
}
