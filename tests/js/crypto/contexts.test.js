import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, toHex } from "../../../static/js/crypto/bytes.js";
import * as contexts from "../../../static/js/crypto/contexts.js";
import { load } from "./vectors.js";

const POST = "00000000-0000-0000-0000-000000000001";
const FUNCTIONS = {
  content: contexts.content,
  "content-key": contexts.contentKey,
  "wrapped-key": contexts.wrappedKey,
  draft: contexts.draft,
  file: contexts.file,
};

test("contexts are those of the vectors", () => {
  // Browsers never see a waiting key: the workers alone seal and open it.
  const known = load("contexts").filter(({ purpose }) => purpose !== "waiting-key");
  assert.deepEqual(new Set(known.map(({ purpose }) => purpose)), new Set(Object.keys(FUNCTIONS)));
  for (const { purpose, place, hex } of known) {
    const fingerprint = fromHex(place.fingerprint ?? "");
    assert.equal(toHex(FUNCTIONS[purpose]({ ...place, fingerprint })), hex);
  }
});

test("a purpose holds no zero byte", () => {
  assert.throws(() => contexts.context("draft\0"), RangeError);
});

test("a revision has four bytes and does not wrap around", () => {
  for (const revision of [-1, 2 ** 32, 1.5, NaN, "1", undefined]) {
    assert.throws(() => contexts.contentKey({ post: POST, revision }), RangeError);
  }
});

test("a fingerprint has 32 bytes", () => {
  assert.throws(() => contexts.wrappedKey({ post: POST, revision: 1, fingerprint: new Uint8Array(31) }), RangeError);
});

test("a post is a UUID in its one form", () => {
  for (const post of [POST.replaceAll("-", ""), `{${POST}}`, `${POST}\n`, POST.replace("1", "G"), "", undefined]) {
    assert.throws(() => contexts.contentKey({ post, revision: 1 }), RangeError);
  }
});
