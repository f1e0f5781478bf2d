import assert from "node:assert/strict";
import { test } from "node:test";

import { blocksOf, compareTexts } from "../../../static/js/lib/compared_texts.js";

const told = (before, after) => compareTexts(before, after).map(({ kind, text }) => `${{ same: " ", gone: "-", new: "+" }[kind]}${text}`);
const whole = (pieces, without) => pieces.filter(({ kind }) => kind !== without).map(({ text }) => text).join("");

test("Changes are told word by word", () => {
  assert.deepEqual(told("It was windy up there.", "It was calm up there."), [" It was ", "-windy", "+calm", "  up there."]);
  assert.deepEqual(told("One, two", "One, two, three"), [" One, two", "+, three"]);
  assert.deepEqual(told("", "New"), ["+New"]);
  assert.deepEqual(told("Gone", ""), ["-Gone"]);
  assert.deepEqual(told("Same", "Same"), [" Same"]);
});

test("Both texts are whole, whatever changed, and many changes end by themselves", () => {
  let seed = 7;
  const next = (most) => (seed = (seed * 1103515245 + 12345) % 2 ** 31) % most;
  const text = (length, words) => Array.from({ length }, () => ["a", "b", "c\n", "ä", "中", " "][next(words)]).join(" ");
  for (const [length, words] of [[0, 1], [1, 2], [9, 3], [40, 6], [400, 6], [9_000, 6]]) {
    const [before, after] = [text(length, words), text(length + next(5), words)];
    const pieces = compareTexts(before, after);
    assert.equal(whole(pieces, "new"), before);
    assert.equal(whole(pieces, "gone"), after);
  }
});

test("What changed comes in blocks, each small, and together all of it", () => {
  const sizes = (blocks) => blocks.map((block) => block.reduce((sum, { text }) => sum + text.length, 0));
  const joined = (blocks) => blocks.flat().map(({ text }) => text).join("");
  const lines = "It was windy.\n".repeat(500);
  for (const [before, after] of [["One two\n", "One three\n"], [lines, `${lines}Calm.\n${lines}`], ["a".repeat(9_000), "\u05d0 b".repeat(3_000)]]) {
    const pieces = compareTexts(before, after);
    const blocks = blocksOf(pieces);
    assert.equal(joined(blocks), pieces.map(({ text }) => text).join(""));
    assert.ok(Math.max(...sizes(blocks)) <= 4_000);
  }
  // Between two blocks a line ends, as far as lines are short.
  const many = blocksOf(compareTexts(lines, `${lines}Calm.\n${lines}`));
  assert.ok(many.length > 3);
  assert.ok(many.every((block) => block.at(-1).text.endsWith("\n")));
  assert.deepEqual(blocksOf(compareTexts("", "New")), [[{ kind: "new", text: "New" }]]);
});
