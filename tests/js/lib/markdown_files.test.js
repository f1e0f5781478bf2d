// Titles and texts of files in Markdown.
import assert from "node:assert/strict";
import { test } from "node:test";
import { draftOf } from "../../../static/js/lib/markdown_files.js";
import { processorTime } from "../processor_time.js";

test("the title is that of the front matter, the first heading, or the file's name", () => {
  assert.deepEqual(draftOf("---\ndate: 2026\ntitle: 'Rain'\n---\n\n# One\n\nText\n", "a.md"), { title: "Rain", body: "# One\n\nText" });
  assert.equal(draftOf('---\ntitle: "A \\"b\\" \\u957f"\n---\n', "a.md").title, 'A "b" \u957f');
  assert.equal(draftOf('---\ntitle: "\\x41"\n---\n', "a.md").title, "\\x41");
  assert.deepEqual(draftOf("\n# Rain \r\n\r\nText", "a.md"), { title: "Rain", body: "Text" });
  assert.deepEqual(draftOf("Text\n\n# Rain", "On rain.markdown"), { title: "On rain", body: "Text\n\n# Rain" });
  assert.deepEqual(draftOf("", "a.b.txt"), { title: "a.b", body: "" });
  assert.equal(draftOf(`# ${"\ud83e\udd8a".repeat(200)}`, "a").title, "\ud83e\udd8a".repeat(100));
});

test("no file takes long", () => {
  const texts = [" ".repeat(1 << 20), "---\n".repeat(1 << 18), `# ${"# ".repeat(1 << 19)}x`, `title: ${"'".repeat(1 << 20)}`];
  assert.ok(processorTime(() => texts.forEach((text) => draftOf(text, "a.md"))) < 2_000);
});
