import assert from "node:assert/strict";
import { test } from "node:test";
import { plainLine } from "../../../static/js/crypto/lines.js";
import { load } from "./vectors.js";

test("a line of spaces takes no longer for each of them", () => {
  const before = performance.now();
  assert.equal(plainLine(`${" ".repeat(100_000)}a\u2028b`), "a b");
  assert.ok(performance.now() - before < 2_000);
});

for (const { case: name, text, plain } of load("lines")) {
  test(`a line holds nothing that nobody sees: ${name}`, () => {
    assert.equal(plainLine(text), plain);
    assert.equal(plainLine(plain), plain);
  });
}
