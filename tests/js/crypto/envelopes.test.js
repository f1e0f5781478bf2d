// The keyring gives a content key out to be wrapped for others, so it must be one that the content commits to.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openContent } from "../../../static/js/crypto/contents.js";
import * as contexts from "../../../static/js/crypto/contexts.js";
import { decodeDocument } from "../../../static/js/crypto/documents.js";
import { decodeFrame } from "../../../static/js/crypto/frames.js";
import { openContentKey, readEnvelope } from "../../../static/js/crypto/envelopes.js";
import { loadPrivateKey } from "../../../static/js/crypto/wrapping.js";
import { load } from "./vectors.js";

const made = load("python-made");
const members = made.envelopes[0].envelope;
const envelope = readEnvelope(members);
const alice = await loadPrivateKey(made.private_keys.alice);

test("the content key opens the content", async () => {
  const contentKey = await openContentKey(envelope, alice);
  const [contentContext, keyContext] = [contexts.content(envelope), contexts.contentKey(envelope)];
  const frame = await openContent(envelope.sealed, { contentKey, contentContext, keyContext });
  assert.equal(decodeDocument(decodeFrame(frame).document).title, "Hello");
});

test("a content key that the content does not commit to is not given out", async () => {
  const wrong = readEnvelope({ ...members, key_commitment: `${"A".repeat(43)}=` });
  await assert.rejects(openContentKey(wrong, alice), { name: "WrongKey" });
});

test("a second entry for another algorithm does not get in the way", async () => {
  const [own] = members.wrapped_keys;
  const wrapped_keys = [{ ...own, algorithm: "x-wing-2" }, own];
  const two = readEnvelope({ ...members, wrapped_keys });
  assert.deepEqual(await openContentKey(two, alice), await openContentKey(envelope, alice));
});
