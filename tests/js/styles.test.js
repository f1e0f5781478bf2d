// What the style sheets promise beyond what a page shows.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const read = (...patterns) => globSync(patterns, { cwd: ROOT }).map((path) => readFileSync(join(ROOT, path), "utf8")).join("\n");
const matches = (text, pattern) => [...text.matchAll(pattern)].map(([, found]) => found);

test("a list without marks stays a list for screen readers", () => {
  const without = matches(read("static/css/*.css"), /list-style: (.*);/g);
  assert.deepEqual([...new Set(without)], ['""']);
});

test("no sentence of the editor that says what was not done is set small", () => {
  const words = read("templates/posts/writing/_words.html", "templates/posts/writing/_edit_words.html");
  const failures = matches(words, /data-message="([\w-]+)">\s*\{% translate "Not /g);
  assert.ok(failures.includes("offline") && failures.includes("key-elsewhere"));
  const [small] = matches(read("static/css/write.css"), /\.write__draft\[data-said\]:not\(([^)]*)\)/g);
  assert.deepEqual(failures.filter((name) => small.includes(`"${name}"`)), []);
});
