// What the bar above a text does to it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { edited, goneOn } from "../../../static/js/lib/markdown_editing.js";
import { processorTime } from "../processor_time.js";

// A text with its selection between ‹ and ›, or the place of the caret at ‹›.
function read(marked) {
  const start = marked.indexOf("‹");
  return { text: marked.replace(/[‹›]/g, ""), selection: [start, marked.indexOf("›") - 1] };
}

function write(text, { from, to, insert, select: [start, end] }) {
  const done = text.slice(0, from) + insert + text.slice(to);
  return `${done.slice(0, start)}‹${done.slice(start, end)}›${done.slice(end)}`;
}

function press(name, marked) {
  const { text, selection } = read(marked);
  return write(text, edited(name, text, selection));
}

function enter(marked) {
  const { text, selection } = read(marked);
  const edit = goneOn(text, selection[0]);
  return edit && write(text, edit);
}

test("marks go around the words that are selected, and away again", () => {
  const pairs = [
    ["bold", "a ‹word› b", "a **‹word›** b"],
    ["italic", "a ‹word› b", "a *‹word›* b"],
    ["italic", "**‹word›**", "***‹word›***"],
    ["code", "a ‹word› b", "a `‹word›` b"],
  ];
  for (const [name, plain, marked] of pairs) {
    assert.equal(press(name, plain), marked);
    assert.equal(press(name, marked), plain);
  }
  assert.equal(press("bold", "a ‹**word**› b"), "a ‹word› b");
  assert.equal(press("bold", "***‹word›***"), "*‹word›*");
  assert.equal(press("bold", "‹›"), "**‹›**");
  assert.equal(press("bold", "**‹›**"), "‹›");
  // Marks with a space inside mark nothing.
  assert.equal(press("bold", "a‹ word ›b"), "a **‹word›** b");
});

test("a link gets its address selected, and an address its words", () => {
  assert.equal(press("link", "see ‹this›"), "see [this](‹https://›)");
  assert.equal(press("link", "‹https://example.org›"), "[‹›](https://example.org)");
});

test("marks before lines go before each of them, and away again", () => {
  assert.equal(press("quote", "a\nb‹b\nc›c\nd"), "a\n‹> bb\n> cc›\nd");
  assert.equal(press("quote", "‹> a\n> b›"), "‹a\nb›");
  assert.equal(press("list", "‹a\n- b\n›c"), "‹- a\n- b›\nc");
  assert.equal(press("list", "x\n- a‹›b"), "x\na‹›b");
  assert.equal(press("heading", "a‹›b"), "## a‹›b");
  assert.equal(press("heading", "## a‹›b"), "### a‹›b");
  assert.equal(press("heading", "### a‹›b"), "a‹›b");
  assert.equal(press("code", "x\n‹a\nb›\ny"), "x\n```\n‹a\nb›\n```\ny");
});

test("Enter goes on with a list or a quotation, and ends it after an item without words", () => {
  const pairs = [
    ["- a‹›", "- a\n- ‹›"],
    ["9) b‹›", "9) b\n10) ‹›"],
    ["  * c‹›d", "  * c\n  * ‹›d"],
    ["- [x] done‹›", "- [x] done\n- [ ] ‹›"],
    ["> q‹›", "> q\n> ‹›"],
    ["> 1. a‹›", "> 1. a\n> 2. ‹›"],
    ["- a\n- ‹›", "- a\n‹›"],
    ["> a\n> - ‹›\nb", "> a\n> ‹›\nb"],
    ["> ‹›", "‹›"],
  ];
  for (const [before, after] of pairs) {
    assert.equal(enter(before), after);
  }
});

test("Enter is a line's end elsewhere: in words, before a mark, and in code", () => {
  for (const text of ["words‹›", "‹›- a", "-‹›", "---‹›", "```\n- a‹›", "~~~\n~~~\n```\n> a‹›"]) {
    assert.equal(enter(text), null);
  }
  assert.equal(enter("```\n```\n- a‹›"), "```\n```\n- a\n- ‹›");
});

test("no line takes long to look at", () => {
  const lines = ["> ".repeat(200_000), "  ".repeat(200_000), "1".repeat(200_000), "```\n".repeat(100_000)];
  assert.ok(processorTime(() => lines.forEach((line) => goneOn(`${line}x`, line.length + 1))) < 1_000);
});
