// How the Markdown worker takes a text apart.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isKnown, piecesOfCode } from "../../../static/js/lib/markdown_colours.js";
import { readNotes } from "../../../static/js/lib/markdown_notes.js";
import { markdown, partsOf } from "../../../static/js/lib/markdown_parts.js";
import { directionOf, isPlain, piecesOf, sizeOf } from "../../../static/js/lib/texts.js";

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
  const { parts, isWhole } = partsOf(`a\n\n${list(5_000)}\nb *c*`);
  const typed = piecesOf(list(5_000)).map((piece) => ({ typed: piece }));
  assert.deepEqual(parts, [{ html: "<p>a</p>\n" }, ...typed, { html: "<p>b <em>c</em></p>\n" }]);
  assert.equal(isWhole, false);
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

test("a text tells its headings, the languages of its code, and how long it takes to read", () => {
  const text = `# A *b*\n\n### \`c\`\n\n~~~ JS x\n1\n~~~\n\n    indented\n\n${"word ".repeat(460)}`;
  const { outline, languages, minutes } = partsOf(text);
  const [first, second] = outline;
  assert.deepEqual([first, second], [{ id: "heading-1", level: 2, words: "A b" }, { id: "heading-2", level: 3, words: "c" }]);
  assert.deepEqual([languages, minutes], [["js", ""], 3]);
  assert.deepEqual(["a *b*\n\n- c", "- [x] a", "# a", "\n\n~~~\n1\n~~~"].map((each) => isPlain(partsOf(each))), [true, false, false, true]);
  assert.deepEqual(sizeOf("It's 2\u00bd m. \u7801\u7801, \u00e9t\u00e9"), { words: 6, minutes: 1 });
});

test("a block that is as typed has no place in the outline, nor its code a language", () => {
  const { outline, languages } = partsOf(`# ${words(5_001)}\n\n~~~js\n${words(5_001)}\n~~~\n\n~~~py\n1\n~~~`);
  assert.deepEqual([outline, languages], [[], ["py"]]);
});

// From here on footnotes are read.
test("notes stand at the end, in the order in which the text speaks of them, as one list", () => {
  readNotes(markdown);
  readNotes(markdown);
  const text = "a[^x]^[in *line*]\n\n[^y]: second\n[^x]: first\n\n    more[^y]\n\nb[^x] [^none]";
  const mark = (number, from) => `<sup><a href="#note-${number}" id="note-${number}-from-${from}">${number}</a></sup>`;
  const back = (number, from) => ` <a href="#note-${number}-from-${from}">\u21a9\ufe0e</a>`;
  assert.equal(htmlOf(text), [
    `<p>a${mark(1, 1)}${mark(2, 1)}</p>\n<p>b${mark(1, 2)} [^none]</p>\n<hr>\n<ol start="1">\n`,
    `<li id="note-1"><p>first</p>\n<p>more${mark(3, 1)}${back(1, 1)}${back(1, 2)}</p>\n</li>\n`,
    `<li id="note-2"><p>in <em>line</em>${back(2, 1)}</p>\n</li>\n`,
    `<li id="note-3"><p>second${back(3, 1)}</p>\n</li>\n</ol>\n`,
  ].join(""));
});

test("a note within a note or a quotation loses nothing, and neither does what follows it", () => {
  const text = "a[^x][^y]\n\n> [^y]: quoted\n\n[^x]: outer\n\n    [^z]: inner\n\n    rest\n\nend";
  const html = htmlOf(text);
  assert.deepEqual(["outer", "rest", "quoted", "end"].filter((word) => html.split(word).length !== 2), []);
  assert.ok(html.indexOf("<p>end</p>") < html.indexOf("<hr>"));
});

test("notes obey the limits of blocks", () => {
  const many = partsOf(`${"a[^x]^[b]\n\n".repeat(4_000)}\n\n[^x]: c`);
  // The first has 4,000 ways back.
  assert.equal(many.isWhole, true);
  assert.ok(many.parts.length > 4);
  const { parts, isWhole } = partsOf(`a[^x]\n\n[^x]: ${"**b** ".repeat(5_000)}\n\nend`);
  assert.equal(isWhole, false);
  assert.ok(parts.at(-1).typed.includes("**b**"));
});

test("what the names of notes say becomes nothing but text", () => {
  const html = htmlOf('a[^"><b>][^__proto__][^constructor]\n\n[^"><b>]: <img src=x>\n[^__proto__]: p\n[^constructor]: q');
  assert.deepEqual(html.match(/<(?!\/?(?:p|sup|a|hr|ol|li)\b)/g), null);
  assert.equal(html.split("<li id=").length, 4);
});

test("code is coloured without a letter changed", () => {
  assert.deepEqual(piecesOfCode('if (a < "b&amp;") // c', "js"), [
    ["keyword", "if"], ["", " (a < "], ["string", '"b&amp;"'], ["", ") "], ["comment", "// c"],
  ]);
  assert.deepEqual(piecesOfCode("`x${1}`", "js").map(([colour]) => colour), ["string", "", "number", "", "string"]);
  assert.deepEqual(["py", "html", "nothing", "__proto__", "", "constructor"].map(isKnown), [true, true, false, false, false, false]);
  assert.equal(piecesOfCode("if 1 ".repeat(3_000), "js"), null);
  const hostile = ["<script>alert(1)</script>", "</span><b>", "&lt;&#x27;&nope;\u0000\r\n", '<span class="x">'];
  for (const code of hostile) {
    assert.equal(piecesOfCode(code, "xml")?.map(([, text]) => text).join(""), code);
  }
});
