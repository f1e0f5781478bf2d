// What a file is, by its bytes and by its name.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromKept, nameOf, toKept, withExtension } from "../../../static/js/lib/file_entries.js";
import { sizeInWords } from "../../../static/js/lib/file_words.js";
import { pictureType, SHOWN } from "../../../static/js/lib/picture_types.js";

const bytes = (text) => new Blob([Uint8Array.from(text, (letter) => letter.charCodeAt(0))]);

test("a picture is told by its first bytes", async () => {
  const known = {
    "image/jpeg": "\xff\xd8\xff\xe0rest",
    "image/png": "\x89PNG\r\n\x1a\nrest",
    "image/gif": "GIF89arest",
    "image/webp": "RIFF\0\0\0\0WEBPVP8 ",
    "image/avif": "\0\0\0\x1cftypavif",
    "image/heic": "\0\0\0\x18ftypheic",
  };
  for (const [type, start] of Object.entries(known)) {
    assert.equal(await pictureType(bytes(start)), type);
  }
  for (const other of ["", "<svg xmlns=", "<html>", "%PDF-1.7", " \xff\xd8\xff", "RIFF\0\0\0\0WAVE", "\0\0\0\x18ftypmp42"]) {
    assert.equal(await pictureType(bytes(other)), null);
  }
  assert.ok(!SHOWN.includes("image/svg+xml") && !SHOWN.includes("image/heic"));
});

test("a name is one line that shows all of it, and says what the picture is now", () => {
  assert.equal(nameOf({ name: "a\u202egnp.exe" }), "agnp.exe");
  assert.equal(nameOf({ name: " \u200b " }), "file");
  assert.equal([...nameOf({ name: `${"\u{1f600}".repeat(300)}.txt` })].length, 255);
  assert.equal(withExtension("ridge.JPEG", "image/jpeg"), "ridge.JPEG");
  assert.equal(withExtension("ridge.heic", "image/jpeg"), "ridge.jpg");
  assert.equal(withExtension("drawing.png", "image/webp"), "drawing.webp");
  assert.equal(withExtension("a name without an end", "image/png"), "a name without an end.png");
});

test("an entry comes back from a draft as it was", () => {
  const small = { uid: "b", key: new Uint8Array(32).fill(1), digest: new Uint8Array(32).fill(2), width: 8 };
  const entry = { ...small, uid: "a", name: "n", alt: "words", thumbnail: small };
  assert.deepEqual(fromKept(JSON.parse(JSON.stringify(toKept(entry)))), entry);
  const plain = { uid: "a", key: small.key, digest: small.digest };
  assert.deepEqual(fromKept(JSON.parse(JSON.stringify(toKept(plain)))), plain);
});

test("a size is said in words", () => {
  const said = [0, 1_023, 1_024, 2_449_000, 26_214_400].map((size) => sizeInWords(size, "en"));
  assert.deepEqual(said, ["0 bytes", "1,023 bytes", "1 kB", "2.3 MB", "25 MB"]);
});
