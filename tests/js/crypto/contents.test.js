import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "../../../static/js/crypto/bytes.js";
import { checkCommitment, openContent, sealContent, SealedContent } from "../../../static/js/crypto/contents.js";
import { newContentKey } from "./sealing.js";

const contentKey = newContentKey();
const [contentContext, keyContext] = [utf8("here"), utf8("this key")];
const place = { contentKey, contentContext, keyContext };
const sealed = await sealContent(utf8("Hello"), place);
const WRONG_KEY = { name: "WrongKey" };
const CANNOT_OPEN = { name: "CannotOpen" };

test("content opens as it was sealed", async () => {
  for (const length of [0, 1, 1023, 1024, 100_000]) {
    const document = new Uint8Array(length).fill(7);
    assert.deepEqual(await openContent(await sealContent(document, place), place), document);
  }
});

test("any flipped bit fails", async () => {
  for (const field of ["nonce", "ciphertext", "keyCommitment"]) {
    for (let at = 0; at < sealed[field].length; at += 5) {
      const flipped = new SealedContent({ ...sealed, [field]: sealed[field].with(at, sealed[field][at] ^ (1 << at % 8)) });
      await assert.rejects(openContent(flipped, place), field === "keyCommitment" ? WRONG_KEY : CANNOT_OPEN);
    }
  }
});

test("another place fails", async () => {
  await assert.rejects(openContent(sealed, { ...place, contentContext: utf8("there") }), CANNOT_OPEN);
  await assert.rejects(openContent(sealed, { ...place, keyContext: utf8("that key") }), WRONG_KEY);
});

test("the commitment tells the key", async () => {
  await checkCommitment(sealed.keyCommitment, { contentKey, keyContext });
  for (const wrong of [{ contentKey: newContentKey() }, { keyContext: utf8("x") }, { contentKey: new Uint8Array(0) }]) {
    await assert.rejects(checkCommitment(sealed.keyCommitment, { contentKey, keyContext, ...wrong }), WRONG_KEY);
  }
});
