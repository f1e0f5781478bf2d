import assert from "node:assert/strict";
import { test } from "node:test";
import { errorsOf } from "../../../static/js/lib/http.js";
import { fill } from "../../../static/js/lib/messages.js";
import { relativeTime } from "../../../static/js/lib/relative_time.js";

test("placeholders are filled in, numbers as the language writes them", () => {
  const text = "Encrypting for {wrapped} of {total} keys";
  assert.equal(fill(text, { wrapped: 840, total: 10000 }, "en"), "Encrypting for 840 of 10,000 keys");
  assert.equal(fill(text, { wrapped: 840, total: 10000 }, "de"), "Encrypting for 840 of 10.000 keys");
});

test("a placeholder without a value stays, and a value is never a placeholder", () => {
  assert.equal(fill("{a} {b} {constructor}", { a: "{b}" }, "en"), "{b} {b} {constructor}");
});

test("a refusal names its fields, and the first sentence", () => {
  const body = { errors: { title: ["Too long.", "Too rude."], __all__: ["No."] } };
  assert.deepEqual(errorsOf({ body }), { fields: { title: "Too long. Too rude.", __all__: "No." }, first: "Too long. Too rude." });
});

test("an answer of another shape has no sentences", () => {
  assert.deepEqual(errorsOf({ body: null }), { fields: {}, first: null });
  assert.deepEqual(errorsOf({ body: { detail: "?" } }), { fields: {}, first: null });
});

const now = new Date("2030-01-08T12:00:00Z");
const ago = (seconds, language = "en") => relativeTime(new Date(now - seconds * 1000), now, language);

test("times are told in whole minutes, hours and days", () => {
  const seconds = [59, 60, 119, 3599, 3600, 86399, 86400, 7 * 86400 - 1];
  const words = ["now", "1 minute ago", "1 minute ago", "59 minutes ago", "1 hour ago", "23 hours ago", "yesterday", "6 days ago"];
  assert.deepEqual(seconds.map((length) => ago(length)), words);
});

test("a week ago is told by its date, and a time to come is now", () => {
  assert.deepEqual([ago(7 * 86400), ago(-30)], [null, "now"]);
});

test("times speak the page's language", () => {
  assert.equal(ago(180, "zh-hans"), "3分钟前");
});

test("a time that is none is not told", () => {
  assert.equal(relativeTime(new Date("?"), now, "en"), null);
});
