import assert from "node:assert/strict";
import { test } from "node:test";
import { plainLine } from "../../../static/js/crypto/lines.js";
import { load } from "./vectors.js";

for (const { case: name, text, plain } of load("lines")) {
  test(`a line holds nothing that nobody sees: ${name}`, () => {
    assert.equal(plainLine(text), plain);
    assert.equal(plainLine(plain), plain);
  });
}
