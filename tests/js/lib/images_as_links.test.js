import assert from "node:assert/strict";
import { test } from "node:test";
import { imagesAsLinks } from "../../../static/js/lib/images_as_links.js";
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

test("words and addresses of pictures are no HTML", () => {
  assert.equal(inline('!["><b>](http://x.example/")'), '<a href="http://x.example/%22">&quot;&gt;&lt;b&gt;</a>');
});

test("a whole post of pictures is rendered as quickly as any", () => {
  const rendered = () => assert.equal(inline("![a](http://b.c)".repeat(60_000)).split("<a ").length, 60_001);
  assert.ok(processorTime(rendered) < 4_000);
});
