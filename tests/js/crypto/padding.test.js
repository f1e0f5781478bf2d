import assert from "node:assert/strict";
import { test } from "node:test";
import { pad, padme, unpad } from "../../../static/js/crypto/padding.js";
import { load } from "./vectors.js";

test("lengths are those of the vectors", () => {
  for (const { length, padme: padded } of load("padme")) {
    assert.equal(padme(length), padded);
  }
});

test("padding comes off again", () => {
  for (const length of [0, 1, 1022, 1023, 1024, 1025, 5000, 70000]) {
    const document = Uint8Array.from({ length }, (_, at) => (at % 3 ? 0x80 : 0));
    assert.deepEqual(unpad(pad(document)), document);
    assert.equal(pad(document).length, Math.max(1024, padme(length + 1)));
  }
});

test("only true padding comes off", () => {
  const padded = pad(new Uint8Array(2000).fill(1));
  for (const change of [-64, -1, 1, 64, 128]) {
    const other = new Uint8Array(padded.length + change);
    other.set(padded.subarray(0, other.length));
    assert.throws(() => unpad(other), { name: "CannotOpen" });
  }
  for (const wrong of [new Uint8Array(0), new Uint8Array(1024), new Uint8Array(1024).fill(1)]) {
    assert.throws(() => unpad(wrong), { name: "CannotOpen" });
  }
});
