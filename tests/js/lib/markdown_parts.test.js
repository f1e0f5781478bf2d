// How the Markdown worker takes a text apart.
import assert from "node:assert/strict";
import { test } from "node:test";
import { partsOf } from "../../../static/js/lib/markdown_parts.js";
import { directionOf, piecesOf } from "../../../static/js/lib/texts.js";

const htmlOf = (text) => partsOf(text).parts.map(({ html }) => html).join("");
const isTyped = (text) => partsOf(text).parts.every(({ typed }) => typed !== undefined);
const words = (number) => "word ".repeat(number).trim();

test("a text of ordinary length is one part", () => {
  const { parts, isWhole } = partsOf("# Title\n\nFirst.\n\n- one\n- two\n");
  assert.deepEqual(parts, [
    { html: '<h2 id="heading-1">Title</h2>\n<p>First.</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n' },
  ]);
  assert.equal(isWhole, true);
});

test("line ends of poems and addresses stay", () => {
  assert.equal(htmlOf("Rain\nand wind\n\n> one\n> two"), "<p>Rain<br>\nand wind</p>\n<blockquote>\n<p>one<br>\ntwo</p>\n</blockquote>\n");
});

test("a link to a heading leads to its number, and says nothing of its words", () => {
  const text = "[a](#what-i-found) [b](#What%20I%20found!) [c][found] [d](#the-same-1)\n\n[found]: #what-i-found\n\n";
  const headings = "# What *I* found!\n\n# The `same`\n\n# The `same`";
  const links = '<p><a href="#heading-1">a</a> <a href="#heading-1">b</a> <a href="#heading-1">c</a> <a href="#heading-3">d</a></p>\n';
  assert.ok(htmlOf(text + headings).startsWith(links));
});

test("a link to a heading that is not there is its words", () => {
  assert.equal(htmlOf("[**a**](#delete-post) ![b](#text)"), "<p><strong>a</strong> b</p>\n");
});

test("links lead to the web, a mail, a telephone, and pages of this site", () => {
  for (const address of ["https://x.example/", "mailto:a@x.example", "tel:+49-30-123", "/groups/walkers/", "/"]) {
    assert.equal(htmlOf(`[x](${address})`), `<p><a href="${address}">x</a></p>\n`);
  }
  for (const address of ["//x.example", "javascript:x", "data:x", "x.html", "ftp://x.example", "?next=x"]) {
    assert.equal(htmlOf(`[x](${address})`), `<p>[x](${address})</p>\n`);
  }
  // A browser reads a bare backslash as a slash.
  assert.equal(htmlOf("[x](/\\x.example)"), '<p><a href="/%5Cx.example">x</a></p>\n');
});

test("a block of 5,000 elements is laid out, and one of more is as it was typed", () => {
  const list = (items) => "- x\n".repeat(items);
  assert.equal(partsOf(list(4_999)).isWhole, true);
  assert.deepEqual(partsOf(`a\n\n${list(5_000)}\nb *c*`), {
    parts: [{ html: "<p>a</p>\n" }, ...piecesOf(list(5_000)).map((typed) => ({ typed })), { html: "<p>b <em>c</em></p>\n" }],
    isWhole: false,
  });
});

test("so is a block that nests too deep, is too long, or has too long a word", () => {
  assert.deepEqual([isTyped(`${"> ".repeat(80)  }x`), isTyped(`${"> ".repeat(120)  }x`)], [false, true]);
  assert.deepEqual([isTyped(words(4_999)), isTyped(words(5_001))], [false, true]);
  assert.deepEqual([isTyped("\u00ad".repeat(1_999)), isTyped("\u00ad".repeat(2_001))], [false, true]);
  assert.equal(isTyped("\u7801".repeat(24_000)), false);
});

test("the address of a link does not count", () => {
  assert.equal(isTyped(`[x](https://x.example/?${"a".repeat(3_000)})`), false);
});

test("a text of many blocks comes in many parts, none of which is large", () => {
  const { parts } = partsOf("a\n\n".repeat(1_000) + `${words(1_500)}\n\n`.repeat(3));
  assert.deepEqual(parts.map(({ html }) => html.split("<p>").length - 1), [200, 200, 200, 200, 200, 2, 1]);
});

test("after 100,000 elements the rest is as it was typed", () => {
  const { parts, isWhole } = partsOf("a\n\n".repeat(100_010));
  assert.equal(parts.filter(({ html }) => html).length, 500);
  assert.deepEqual([parts.at(-1), isWhole], [{ typed: `${"a\n\n".repeat(9)}a` }, false]);
});

test("pieces are cut at line ends, else at spaces, else anywhere but within a letter", () => {
  const lengths = (text) => piecesOf(text).map((piece) => piece.length);
  assert.deepEqual(lengths(`${"x".repeat(1_500)}\n${"y".repeat(1_500)}`), [1_500, 1_500]);
  assert.deepEqual(lengths(`${"x".repeat(1_500)} ${"y".repeat(1_500)}`), [1_501, 1_500]);
  assert.deepEqual(lengths("x".repeat(4_500)), [2_000, 2_000, 500]);
  assert.deepEqual(lengths(`x${"🦊".repeat(1_500)}`), [1_999, 1_002]);
  assert.deepEqual(piecesOf("short"), ["short"]);
});

test("a text runs as its first letter does", () => {
  assert.deepEqual(["1. abc", "123 \u05d0 abc", "* \u0633", "", "\u7801"].map(directionOf), ["ltr", "rtl", "rtl", "ltr", "ltr"]);
});
