// Makes js-made-files.json anew: node tests/vectors/make_files.mjs (see README.md).
import { writeFile } from "node:fs/promises";
import { toBase64, toHex } from "../../static/js/crypto/bytes.js";
import * as contexts from "../../static/js/crypto/contexts.js";
import { digestOf, newFileKey, sealFile } from "../../static/js/crypto/files.js";
import { plain } from "../js/crypto/file_bytes.js";

async function seal(size) {
  const place = { post: crypto.randomUUID(), author: crypto.randomUUID(), file: crypto.randomUUID() };
  const fileKey = newFileKey();
  const pieces = [];
  for await (const piece of sealFile(new Blob([plain(size)]), { fileKey, fileContext: contexts.file(place) })) {
    pieces.push(piece);
  }
  const sealed = new Blob(pieces);
  const bytes = new Uint8Array(await sealed.arrayBuffer());
  const made = { key: toBase64(fileKey), size, digest: toHex(await digestOf(sealed)), sealed: toBase64(bytes) };
  return { case: `${size} bytes`, place, ...made };
}

const files = await Promise.all([0, 1024, 1025, 16_384, 40_000].map(seal));
await writeFile(new URL("js-made-files.json", import.meta.url), `${JSON.stringify({ files }, null, 1)}\n`);
