// Names in a zip: safe on every system, and never the same.
import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, Names } from "../../../static/js/lib/zip_names.js";
import { commentFile, markdownFile, withPaths } from "../../../static/js/lib/zip_texts.js";

const nameOf = (text) => new Names().ofFile(text, "file");

test("a name is one that every system takes", () => {
  const names = {
    "notes.txt": "notes.txt",
    "../../etc/passwd": "etc-passwd",
    "a\\b:c*d?e\"f<g>h|i.png": "a-b-c-d-e-f-g-h-i.png",
    "CON": "_CON",
    "nul.txt": "_nul.txt",
    "com1.tar.gz": "_com1.tar.gz",
    "console.log": "console.log",
    ".bashrc": "file.bashrc",
    "-rf": "rf",
    "~root": "root",
    "end. . ": "end",
    "\u0000\u0007\n": "file",
    "...": "file",
    "\u202egnp.exe": "gnp.exe",
    "\ud800x": "\ufffdx",
    "re\u0301sume\u0301.md": "r\u00e9sum\u00e9.md",
    "\u957f\u6c5f\u5927\u6865.jpg": "\u957f\u6c5f\u5927\u6865.jpg",
  };
  assert.deepEqual(Object.fromEntries(Object.keys(names).map((name) => [name, nameOf(name)])), names);
});

test("a name is short, whole characters, and keeps its extension", () => {
  for (const letter of ["x", "\u957f", "\ud83e\udd8a"]) {
    const name = nameOf(`${letter.repeat(255)}.jpeg`);
    assert.match(name, /\.jpeg$/);
    assert.ok(name.isWellFormed() && new TextEncoder().encode(name).length <= 125);
  }
});

test("no two names of a folder are the same anywhere", () => {
  const names = new Names();
  const given = ["a.txt", "A.TXT", "a (2).txt", "\u00e9", "e\u0301", "\u00c9", "stra\u00dfe", "STRASSE", "a?.txt", "a*.txt"];
  const taken = given.map((each) => names.ofFile(each, "file"));
  assert.equal(new Set(taken.map((each) => each.normalize("NFD").toLowerCase())).size, given.length);
  assert.deepEqual(taken.slice(0, 3), ["a.txt", "A (2).TXT", "a (2) (2).txt"]);
});

test("an address leads to its path", () => {
  const path = "A & B/2026-01-01 100% (it's) #1?/x.md";
  const { href } = new URL(addressOf(path), "file:///zip/index.html");
  assert.equal(decodeURIComponent(href), `file:///zip/${path}`);
  assert.doesNotMatch(addressOf(path), /[()'#?]/);
});

test("front matter is one line a member, whatever stands in it", () => {
  const title = 'A "b": c\n---\n# d \u0085\u2028\ufeff \\';
  const text = markdownFile({ title, tags: ["x: y"], none: null }, "Body");
  const [, members, body] = text.split("---\n");
  const lines = members.trimEnd().split("\n").map((line) => /^(\w+): ([\x20-\x7e]*)$/.exec(line).slice(1));
  assert.deepEqual(lines.map(([name, value]) => [name, JSON.parse(value)]), [["title", title], ["tags", ["x: y"]]]);
  assert.equal(body, "\nBody\n");
});

test("a comment says what it answers, and a text names its files by their paths", () => {
  const author = { uid: "b", name: "Bob" };
  const comment = { uid: "c", parent: "p", author, written: "2026-01-01", revision: 2, opened: { body: "Yes." } };
  assert.match(commentFile(comment, { signed: "yes" }), /^---\ncomment: "c"\nanswers: "p"\nrevision: 2\nauthor: "Bob"\n[^]*signed: "yes"\n---\n\nYes\.\n$/);
  const [one, other] = ["0f0e0d0c-0000-4000-8000-000000000001", "0f0e0d0c-0000-4000-8000-000000000002"];
  const files = [{ uid: one, path: "files/a (b).png" }, { uid: other, path: null }];
  const text = `![x](file:${one}) [y](file:${other}) [z]: file:${one}`;
  assert.equal(withPaths(text, files), `![x](files/a%20%28b%29.png) [y](file:${other}) [z]: files/a%20%28b%29.png`);
});
