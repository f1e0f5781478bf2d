import assert from "node:assert/strict";
import { test } from "node:test";
import { concat, equal, fromBase64, fromHex, startsWith, toBase64, toHex } from "../../../static/js/crypto/bytes.js";

const bytes = (...values) => Uint8Array.from(values);

test("base64 comes back as it was, however long", () => {
  for (const length of [0, 1, 2, 3, 8191, 8192, 8193, 1_000_000]) {
    const data = Uint8Array.from({ length }, (_, at) => at * 7);
    assert.deepEqual(fromBase64(toBase64(data)), data);
    assert.equal(toBase64(data), Buffer.from(data).toString("base64"));
  }
});

test("only canonical base64 is read", () => {
  for (const text of ["YQ", "YR==", "YQ==\n", " YQ==", "Y Q==", "YQ===", "-_==", "é", "YQ==YQ=="]) {
    assert.throws(() => fromBase64(text), TypeError);
  }
});

test("only lower-case hex is read", () => {
  assert.deepEqual(fromHex("00ff7f"), bytes(0, 255, 127));
  assert.equal(toHex(bytes(0, 255, 127)), "00ff7f");
  assert.deepEqual(fromHex(""), bytes());
  for (const text of ["0", "0G", "FF", "00\n", " 00", undefined]) {
    assert.throws(() => fromHex(text), TypeError);
  }
});

test("bytes are compared whole", () => {
  assert.equal(equal(bytes(1, 2), bytes(1, 2)), true);
  assert.equal(equal(bytes(1, 2), bytes(1, 3)), false);
  assert.equal(equal(bytes(1, 2), bytes(1)), false);
  assert.equal(equal(bytes(), bytes()), true);
  assert.equal(startsWith(bytes(1, 2, 3), bytes(1, 2)), true);
  assert.equal(startsWith(bytes(1), bytes(1, 2)), false);
  assert.deepEqual(concat(bytes(1), bytes(), bytes(2, 3)), bytes(1, 2, 3));
});
