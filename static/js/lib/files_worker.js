// The files' worker: prepares, seals and opens files, out of the page's way. It has no network: the page brings and takes
// Blobs. In: {id, method, args}. Out: {id, result}, or {id, error: {name}}: CannotOpen.
import * as contexts from "../crypto/contexts.js";
import { digestOf, newFileKey, openFile, sealFile } from "../crypto/files.js";

const METHODS = { open, prepare, seal };

/** As preparePicture of lib/pictures.js. */
async function prepare(file) {
  const { preparePicture } = await import("./pictures.js");
  return preparePicture(file);
}

/** {sealed, key, digest} of a file in its place: a Blob, and what the document says of it. */
async function seal(file, place) {
  const key = newFileKey();
  const sealed = await collect(sealFile(file, { fileKey: key, fileContext: contexts.file(place) }));
  return { sealed, key, digest: await digestOf(sealed) };
}

/** The file, as a Blob, that was sealed in its place; CannotOpen. */
async function open(sealed, place, { key, size, digest }) {
  return collect(openFile(sealed, { size, digest, fileKey: key, fileContext: contexts.file(place) }));
}

// Each piece leaves this memory for that of the browser's Blobs, which may be a disk.
async function collect(pieces) {
  const collected = [];
  for await (const piece of pieces) {
    collected.push(new Blob([piece]));
  }
  return new Blob(collected);
}

addEventListener("message", async ({ data: { id, method, args } }) => {
  try {
    postMessage({ id, result: await METHODS[method](...args) });
  } catch ({ name }) {
    postMessage({ id, error: { name } });
  }
});
