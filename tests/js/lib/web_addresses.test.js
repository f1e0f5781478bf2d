// Which parts of a text become links.
import assert from "node:assert/strict";
import test from "node:test";
import { webAddresses } from "../../../static/js/lib/web_addresses.js";
import { processorTime } from "../processor_time.js";

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
