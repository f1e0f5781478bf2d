import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesLeft, faults, isNearLimit, tagsOf } from "../../../static/js/lib/limits.js";

const MIB = 1 << 20;

test("a title and a text within the limits have no fault", () => {
  assert.deepEqual(faults({ title: "T", body: "x" }), {});
  assert.deepEqual(faults({ title: "🦊".repeat(100), body: "码".repeat(Math.floor(MIB / 3)) }), {});
});

test("each fault is named for its field", () => {
  assert.deepEqual(faults({ title: "", body: " \n" }), { title: "title-missing", text: "text-missing" });
  const long = { title: "🦊".repeat(101), body: "x".repeat(MIB + 1) };
  assert.deepEqual(faults(long), { title: "title-too-long", text: "text-too-long" });
});

test("what counts are the bytes of the text in UTF-8", () => {
  assert.deepEqual(["", "x", "é", "码", "🦊"].map((text) => MIB - bytesLeft(text)), [0, 1, 2, 3, 4]);
});

test("the last tenth is near the limit", () => {
  const near = Math.floor(MIB * 0.9);
  assert.deepEqual([near, near + 1].map((length) => isNearLimit("x".repeat(length))), [false, true]);
  assert.equal(isNearLimit("码".repeat(Math.ceil(near / 3) + 1)), true);
});

test("tags stand with commas between, each once, and are few and short", () => {
  assert.deepEqual(tagsOf(" wind , ridge,, wind，海、\u202esea\n"), ["wind", "ridge", "海", "sea"]);
  assert.deepEqual(tagsOf(""), []);
  const faultOf = (tags) => faults({ title: "T", body: "x", tags }).tags;
  assert.equal(faultOf(Array.from({ length: 20 }, (_, at) => `${at}`)), undefined);
  assert.equal(faultOf(Array.from({ length: 21 }, (_, at) => `${at}`)), "tags-too-many");
  assert.equal(faultOf(["🦊".repeat(30)]), undefined);
  assert.equal(faultOf(["🦊".repeat(31)]), "tag-too-long");
});
