// Comments open in both languages, and what is to be refused is; test_comments.py runs the same files.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AccountKey } from "../../../static/js/crypto/account_keys.js";
import { fromBase64, fromHex } from "../../../static/js/crypto/bytes.js";
import { commentStatement, MAX_COMMENT, openComment, sealComment } from "../../../static/js/crypto/comments.js";
import { SealedContent } from "../../../static/js/crypto/contents.js";
import { verify } from "../../../static/js/crypto/ed25519.js";
import { load } from "./vectors.js";

const vectors = load("comments");
const accountKey = await authorOf(vectors);

function authorOf({ seed, generation, comments }) {
  return AccountKey.load(fromHex(seed), { user: comments[0].place.author, generation });
}

/** The text, once the author's signature has been checked. */
async function opened({ sealed, place, thread }, signingKey) {
  const { nonce, ciphertext, key_commitment: keyCommitment } = sealed;
  const content = new SealedContent({
    nonce: fromBase64(nonce),
    ciphertext: fromBase64(ciphertext),
    keyCommitment: fromBase64(keyCommitment),
  });
  const { body, frame } = await openComment(content, { place, thread: fromHex(thread) });
  await verify(frame.signature, await commentStatement(place, frame), { signingKey });
  return body;
}

for (const file of ["comments", "js-comments"]) {
  test(`every comment of ${file} opens`, async () => {
    for (const each of load(file).comments) {
      assert.equal(await opened(each, accountKey.signing.public), each.body);
    }
  });
}

describe("what is not whole in its place is refused", () => {
  for (const each of vectors.must_fail) {
    test(each.case, () => assert.rejects(opened(each, accountKey.signing.public), { name: each.error }));
  }
});

test("the longest text is sealed, and nothing that would not open", async () => {
  const [{ place }] = vectors.comments;
  const thread = crypto.getRandomValues(new Uint8Array(32));
  const longest = "x".repeat(MAX_COMMENT);
  const sealed = await sealComment(longest, { place, thread, accountKey });
  assert.equal((await openComment(sealed, { place, thread })).body, longest);
  for (const body of ["x".repeat(MAX_COMMENT + 1), "\ud800"]) {
    await assert.rejects(sealComment(body, { place, thread, accountKey }), { name: "InvalidDocument" });
  }
  await assert.rejects(sealComment("x", { place, thread: thread.slice(1), accountKey }), RangeError);
});
