import assert from "node:assert/strict";
import { test } from "node:test";
import { imagesAsLinks, webAddresses } from "../../../static/js/lib/markdown_links.js";
import { FILE } from "../../../static/js/lib/texts.js";
import MarkdownIt from "../../../static/vendor/markdown.js";
import { processorTime } from "../processor_time.js";

const markdown = new MarkdownIt().use(imagesAsLinks);
const inline = (text) => markdown.renderInline(text);

test("a picture is a link to it, named by its words or else by its address", () => {
  assert.equal(inline("![a *cat*](http://x.example/?a&b)"), '<a href="http://x.example/?a&amp;b">a cat</a>');
  assert.equal(inline("![](http://x.example/)"), '<a href="http://x.example/">http://x.example/</a>');
});

test("a picture inside a link is its words, since a link holds no other", () => {
  const text = "[![a](http://x.example/1)](http://x.example/2) ![b](http://x.example/3)";
  const link = (number, words) => `<a href="http://x.example/${number}">${words}</a>`;
  assert.equal(inline(text), `${link(2, "a")} ${link(3, "b")}`);
});

test("a picture or a file of the text's own is named by its uid, and nothing else is", () => {
  const uid = "0b7c1d2e-3f40-4a5b-8c6d-7e8f90a1b2c3";
  const own = new MarkdownIt().use(imagesAsLinks);
  own.validateLink = (address) => FILE.test(address);
  assert.equal(own.renderInline(`![a *ridge*](file:${uid})`), `<a href="#picture-${uid}">a ridge</a>`);
  assert.equal(own.renderInline(`![](file:${uid})`), `<a href="#picture-${uid}"></a>`);
  assert.equal(own.renderInline(`[notes](file:${uid})`), `<a href="#file-${uid}">notes</a>`);
  assert.equal(own.renderInline(`[![a](file:${uid})](file:${uid})`), `<a href="#file-${uid}">a</a>`);
  for (const other of ["file:///etc/passwd", `file:${uid}x`, `FILE:${uid.toUpperCase()}`, "file:"]) {
    assert.equal(own.renderInline(`![a](${other})`), `![a](${other})`);
  }
});

test("words and addresses of pictures are no HTML", () => {
  assert.equal(inline('!["><b>](http://x.example/")'), '<a href="http://x.example/%22">&quot;&gt;&lt;b&gt;</a>');
});

test("a whole post of pictures is rendered as quickly as any", () => {
  const rendered = () => assert.equal(inline("![a](http://b.c)".repeat(60_000)).split("<a ").length, 60_001);
  assert.ok(processorTime(rendered) < 4_000);
});

function found(text) {
  return webAddresses.match(text).map(({ index, lastIndex, url }) => {
    assert.equal(text.slice(index, lastIndex), url);
    return url;
  });
}

test("an address ends before what ends its sentence", () => {
  assert.deepEqual(found("See https://example.org/a?b=c#d, and http://example.org."), [
    "https://example.org/a?b=c#d",
    "http://example.org",
  ]);
});

test("it keeps the brackets that it opened, and no others", () => {
  assert.deepEqual(found("(https://example.org/a_(b)) [https://example.org/[c]]"), [
    "https://example.org/a_(b)",
    "https://example.org/[c]",
  ]);
});

test("Chinese punctuation ends it, other letters do not", () => {
  assert.deepEqual(found("\u898bhttps://example.org/\u864e\u3002"), ["https://example.org/\u864e"]);
});

test("nothing else is a link", () => {
  assert.deepEqual(found("example.org readme.md alice@example.org javascript://x ftp://example.org"), []);
  assert.equal(webAddresses.matchAtStart(" https://example.org"), null);
});

test("a text of brackets takes no time to speak of", () => {
  const text = `https://example.org/${")".repeat(1_000_000)} https://${"(".repeat(1_000_000)}`;
  assert.ok(processorTime(() => found(text)) < 1_000);
});

test("nor do many addresses of brackets", () => {
  const text = `https://a.b/${")".repeat(1_980)} `.repeat(524);
  assert.ok(processorTime(() => found(text)) < 1_000);
  assert.deepEqual([...new Set(found(text))], ["https://a.b/"]);
});
