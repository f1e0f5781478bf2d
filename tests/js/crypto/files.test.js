// Files open in their place, whole, and otherwise not at all; test_files.py runs the same cases.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";
import { test } from "node:test";
import { concat, fromBase64, fromHex } from "../../../static/js/crypto/bytes.js";
import * as contexts from "../../../static/js/crypto/contexts.js";
import { digestOf, newFileKey, openChunks, openFile, sealedSize, sealFile } from "../../../static/js/crypto/files.js";
import { plain } from "./file_bytes.js";
import { load } from "./vectors.js";

const CANNOT_OPEN = { name: "CannotOpen" };
const MEGABYTE = 1024 * 1024;

async function all(pieces) {
  const got = [];
  for await (const piece of pieces) {
    got.push(piece);
  }
  return concat(...got);
}

async function open({ place, key, size, digest }, sealed) {
  const options = { size, digest: fromHex(digest), fileKey: fromBase64(key), fileContext: contexts.file(place) };
  return all(openFile(new Blob([sealed]), options));
}

function spoilt(bytes, { slices = [[0, bytes.length]], flip = null, more = "" }) {
  const changed = concat(...slices.map(([start, end]) => bytes.slice(start, end)), fromHex(more));
  return flip === null ? changed : changed.with(flip, changed.at(flip) ^ 1);
}

for (const file of ["files", "js-made-files"]) {
  test(`every file of ${file} opens`, async () => {
    for (const made of load(file).files) {
      const sealed = fromBase64(made.sealed);
      assert.equal(sealed.length, sealedSize(made.size));
      assert.deepEqual(await open(made, sealed), plain(made.size));
    }
  });
}

test("what differs in anything does not open", async () => {
  const { files, must_fail: cases } = load("files");
  const made = files.at(-1);
  for (const { case: name, place, ...changes } of cases) {
    const sealed = spoilt(fromBase64(made.sealed), changes);
    const digest = createHash("sha256").update(sealed).digest("hex");
    const tried = { ...made, digest, ...changes, place: { ...made.place, ...place } };
    await assert.rejects(open(tried, sealed), CANNOT_OPEN, name);
  }
});

test("padding that is not zero does not open", async () => {
  const key = { fileKey: newFileKey(), fileContext: contexts.context("file") };
  const sealed = new Blob([await all(sealFile(new Blob([plain(1024)]), key))]);
  await assert.rejects(all(openFile(sealed, { ...key, size: 1023, digest: await digestOf(sealed) })), CANNOT_OPEN);
});

test("parts of another order do not open, and no more than a few chunks are in memory", async () => {
  const key = { fileKey: newFileKey(), fileContext: contexts.context("file") };
  const size = 3 * MEGABYTE;
  const pieces = [];
  for await (const piece of sealFile(new Blob([new Uint8Array(size)]), key)) {
    assert.ok(piece.length <= MEGABYTE + 64 * 16);
    pieces.push(piece);
  }
  const parts = [0, 1, 2].map((at) => new Blob(pieces).slice(at * MEGABYTE, (at + 1) * MEGABYTE));
  const rest = new Blob(pieces).slice(3 * MEGABYTE);
  const opened = async (...order) => {
    const sealed = new Blob(order);
    return all(openFile(sealed, { ...key, size, digest: await digestOf(sealed) }));
  };
  assert.equal((await opened(...parts, rest)).length, size);
  await assert.rejects(opened(parts[1], parts[0], parts[2], rest), CANNOT_OPEN);
  await assert.rejects(opened(parts[0], parts[2], parts[1], rest), CANNOT_OPEN);
});

for (const published of load("cobblestone")) {
  test(`published: ${published.case}`, async () => {
    const sealed = new Blob([inflateSync(fromBase64(published.zlib))]);
    const opening = all(openChunks(sealed, { fileKey: fromHex(published.key), fileContext: fromHex(published.context) }));
    if (published.sha512) {
      const opened = await opening;
      assert.equal(opened.length, published.size);
      assert.equal(createHash("sha512").update(opened).digest("hex"), published.sha512);
    } else {
      await assert.rejects(opening, CANNOT_OPEN);
    }
  });
}
