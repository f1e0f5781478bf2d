// The page's way to files: a worker prepares, seals and opens them, and they come and go in parts.
import { sealedSize } from "../crypto/files.js";
import { workerAddress } from "./html.js";
import { getBlob, postJson, putBytes } from "./http.js";
import { patiently } from "./patiently.js";

const PART = 1 << 20; // bytes
const PATIENCE = 120_000; // milliseconds for a part
const waiting = new Map();
let worker = null;
let last = 0;

export const prepare = (file) => call("prepare", file);

/** {sealed, entry} of a file for its place {post, author}: a Blob, and {uid, key, size, digest} for the document. */
export async function seal(file, { post, author }) {
  const uid = crypto.randomUUID();
  const { sealed, key, digest } = await call("seal", file, { post, author, file: uid });
  return { sealed, entry: { uid, key, size: file.size, digest } };
}

/**
 * Uploads what was sealed for a post; HttpError, SessionEnded, SomebodyElse, and any error once `signal` is aborted. While
 * the site can't be reached it waits, and goes on with the parts that are missing. `told` hears how much of it has
 * arrived, from 0 to 1, and null while it waits.
 */
export async function upload({ sealed, entry }, { post, group, told, signal }) {
  const announced = { uid: entry.uid, post, group, size: sealed.size };
  const act = (gotOn) => {
    const heard = (share) => {
      gotOn();
      told(share);
    };
    return send(sealed, announced, { told: heard, signal });
  };
  await patiently(act, { waiting: () => told(null), signal });
}

/** The file of an entry of a document, as a Blob; CannotOpen, Offline, HttpError, SessionEnded. */
export async function download(entry, { signal, ...place }) {
  const count = Math.ceil(sealedSize(entry.size) / PART);
  const parts = [];
  for (let number = 0; number < count; number += 1) {
    parts.push(await getBlob(`/files/${entry.uid}/parts/${number}`, { timeout: PATIENCE, signal }));
  }
  return call("open", new Blob(parts), { ...place, file: entry.uid }, entry);
}

async function send(sealed, announced, { told, signal }) {
  const count = Math.ceil(sealed.size / PART);
  const options = { promised: ["missing"], timeout: PATIENCE, signal };
  let { missing } = (await postJson("/files/", announced, options)).body;
  while (missing.length > 0) {
    told(1 - missing.length / count);
    const [number] = missing;
    const part = sealed.slice(number * PART, (number + 1) * PART);
    ({ missing } = (await putBytes(`/files/${announced.uid}/parts/${number}`, part, options)).body);
  }
  told(1);
}

function call(method, ...args) {
  worker ??= start();
  last += 1;
  const id = last;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    worker.postMessage({ id, method, args });
  });
}

function start() {
  const started = new Worker(workerAddress("files"), { type: "module", name: "files" });
  started.addEventListener("message", ({ data: { id, result, error } }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    error ? reject(Object.assign(new Error(""), error)) : resolve(result);
  });
  // Its script did not load. The next call starts another worker.
  started.addEventListener("error", () => {
    worker = null;
    waiting.forEach(({ reject }) => reject(Object.assign(new Error(""), { name: "NotLoaded" })));
    waiting.clear();
  });
  return started;
}
