import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8 } from "../../../static/js/crypto/bytes.js";
import {
  decodeDocument,
  Document,
  encodeDocument,
  MAX_BODY,
  MAX_DOCUMENT,
} from "../../../static/js/crypto/documents.js";
import { MAX_REST } from "../../../static/js/crypto/strict_json.js";

const START = '{"v":2,"format":"markdown","title":"T","body":';
const refused = (member) => ({ name: "InvalidDocument", member });

test("a document is these bytes", () => {
  const text = '{"v":2,"format":"markdown","title":"Grüße","body":"a \\"b\\"\\n\\u0001","tags":[],"letting_in":"author","files":[]}';
  assert.deepEqual(encodeDocument(new Document({ title: "Grüße", body: 'a "b"\n\x01' })), utf8(text));
});

test("unknown members are ignored", () => {
  const text = `{"__proto__":{"v":2},"v":2e0,"constructor":1,${START.slice(7)}"","words":["x",{"y":null}],"n":${"9".repeat(5000)}}`;
  assert.deepEqual(decodeDocument(utf8(text)), new Document({ title: "T", body: "" }));
});

test("a member that is only inherited is none", () => {
  assert.throws(() => decodeDocument(utf8('{"__proto__":{"v":2,"format":"markdown","title":"T","body":""}}')), refused("v"));
});

test("names are compared as what they say, strings are no names", () => {
  const text = `${START}"","x":["a","a"],"y":{"a":"a","b":"a\\\\"},"z\\"":"{\\"a\\":1,\\"a\\":1}" , "a" : 1}`;
  assert.deepEqual(decodeDocument(utf8(text)), new Document({ title: "T", body: "" }));
  assert.throws(() => decodeDocument(utf8(`${START}"", "x" :1,"\\u0078"\t: 2}`)), refused("document"));
});

test("a body may have a mebibyte of UTF-8", () => {
  for (const character of ["x", "é", "题", "\u{1f600}", "\x01"]) {
    const size = utf8(character).length;
    const largest = new Document({ title: "T", body: character.repeat(Math.floor(MAX_BODY / size)) });
    assert.equal(decodeDocument(encodeDocument(largest)).body, largest.body);
    assert.throws(() => encodeDocument(new Document({ title: "T", body: largest.body + character })), refused("body"));
    assert.throws(() => decodeDocument(utf8(`${START}${JSON.stringify(largest.body + character)}}`)), refused("body"));
  }
});

test("every body fits however it is escaped", () => {
  const document = decodeDocument(utf8(`${START}"${"\\u0078".repeat(MAX_BODY)}"}`));
  assert.equal(document.body, "x".repeat(MAX_BODY));
});

test("a document has a largest size", () => {
  const data = new Uint8Array(MAX_DOCUMENT + 1).fill(0x20);
  data.set(utf8(`${START}"${"\\u0078".repeat(MAX_BODY)}"}`));
  assert.equal(decodeDocument(data.subarray(0, MAX_DOCUMENT)).body, "x".repeat(MAX_BODY));
  assert.throws(() => decodeDocument(data), refused("document"));
});

test("all but the longest string has a largest size", () => {
  const longest = `"${"x".repeat(100)}"`;
  for (const [body, name] of [
    [longest, '"x"'],
    ['""', longest],
  ]) {
    const text = `${START}${body},${name}:[[1]]}`;
    const room = MAX_REST - (text.length - longest.length);
    assert.equal(decodeDocument(utf8(text + " ".repeat(room))).title, "T");
    assert.throws(() => decodeDocument(utf8(text + " ".repeat(room + 1))), refused("document"));
  }
});

test("a title has 1 to 100 characters", () => {
  const longest = "\u{1f600}".repeat(100);
  assert.equal(decodeDocument(encodeDocument(new Document({ title: longest, body: "" }))).title, longest);
  for (const title of ["", "x".repeat(101), "\ud800", undefined]) {
    assert.throws(() => encodeDocument(new Document({ title, body: "" })), refused("title"));
  }
});

test("nesting ends at a depth", () => {
  const nested = (depth) => utf8(`${START}"","x":${"[".repeat(depth)}${"]".repeat(depth)}}`);
  assert.deepEqual(decodeDocument(nested(31)), new Document({ title: "T", body: "" }));
  for (const depth of [32, 1000, 3_000_000]) {
    assert.throws(() => decodeDocument(nested(depth)), refused("document"));
  }
});
