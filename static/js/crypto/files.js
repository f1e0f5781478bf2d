// A file under its key: C2SP chunked-encryption (c2sp.org/chunked-encryption), instance Cobblestone-256. Salt and
// commitment come first, then chunks of 16 KiB, each authenticated in its place. The last one is shorter than the others,
// so that nothing can be cut off or added without notice. Plain and sealed files are Blobs: a piece of one is in memory.
import { concat, equal, utf8 } from "./bytes.js";
import { CannotOpen } from "./errors.js";
import { padme, SMALLEST } from "./padding.js";
import { sha256 } from "../../vendor/sha256.js";

const FILE_KEY_SIZE = 32;
const CHUNK_SIZE = 16 * 1024;
const HEADER_SIZE = 56;
const TAG_SIZE = 16;
// So much is read at once: as many chunks as make a part on its way to the server.
const PIECE_SIZE = 1024 * 1024;
const SALT_SIZE = 24;
const INFO = utf8("c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0");

/** 32 random bytes, to be used for one file. */
export function newFileKey() {
  return crypto.getRandomValues(new Uint8Array(FILE_KEY_SIZE));
}

/** How long a file of this size is once it is sealed: one of few lengths. */
export function sealedSize(size) {
  return HEADER_SIZE + padded(size) + TAG_SIZE * (Math.floor(padded(size) / CHUNK_SIZE) + 1);
}

/** The ciphertext of a Blob, piece by piece, bound to its place. */
export async function* sealFile(file, { fileKey, fileContext }) {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_SIZE));
  const { key, base, commitment } = await derive(fileKey, salt, fileContext);
  yield concat(salt, commitment);
  yield* eachPiece(new Blob([file, new Uint8Array(padded(file.size) - file.size)]), CHUNK_SIZE, (chunk, counter) => {
    return crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce(base, counter), tagLength: 128 }, key, chunk);
  });
}

/**
 * The `size` bytes that were sealed in a Blob, piece by piece; CannotOpen if anything at all differs.
 *
 * The digest, which the author signed, is compared before the first piece is out: any reader who has the key could have
 * sealed other bytes under it, and the commitment would fit.
 */
export async function* openFile(sealed, { size, digest, fileKey, fileContext }) {
  if (sealed.size !== sealedSize(size) || !equal(await digestOf(sealed), digest)) {
    throw new CannotOpen();
  }
  let left = size;
  for await (const piece of openChunks(sealed, { fileKey, fileContext })) {
    if (piece.subarray(left).some((byte) => byte !== 0)) {
      throw new CannotOpen();
    }
    yield piece.subarray(0, left);
    left -= Math.min(left, piece.length);
  }
}

/** SHA-256 of all of a file. */
export async function digestOf(sealed) {
  const hashed = sha256.create();
  for (let at = 0; at < sealed.size; at += PIECE_SIZE) {
    hashed.update(await bytesOf(sealed.slice(at, at + PIECE_SIZE)));
  }
  return hashed.digest();
}

/** What is in the chunks, padding included, as the standard has it; CannotOpen at the first that does not belong. */
export async function* openChunks(sealed, { fileKey, fileContext }) {
  const header = await bytesOf(sealed.slice(0, HEADER_SIZE));
  const { key, base, commitment } = await derive(fileKey, header.subarray(0, SALT_SIZE), fileContext);
  if (!equal(commitment, header.subarray(SALT_SIZE))) {
    throw new CannotOpen();
  }
  try {
    yield* eachPiece(sealed.slice(HEADER_SIZE), CHUNK_SIZE + TAG_SIZE, (chunk, counter) => {
      return crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce(base, counter), tagLength: 128 }, key, chunk);
    });
  } catch {
    throw new CannotOpen();
  }
}

// What is made of each chunk, many at a time: of the last one too, which is shorter, and empty where nothing is left.
async function* eachPiece(blob, chunkSize, use) {
  const last = Math.floor(blob.size / chunkSize);
  const atOnce = PIECE_SIZE / CHUNK_SIZE;
  for (let first = 0; first <= last; first += atOnce) {
    const piece = await bytesOf(blob.slice(first * chunkSize, (first + atOnce) * chunkSize));
    const numbers = Array.from({ length: Math.min(atOnce, last - first + 1) }, (_, at) => at);
    const made = await Promise.all(numbers.map((at) => use(piece.subarray(at * chunkSize, (at + 1) * chunkSize), first + at)));
    yield concat(...made.map((each) => new Uint8Array(each)));
  }
}

// HKDF-Expand of RFC 5869 with SHA-512: the file key is random already. Two blocks give key, nonce and commitment.
async function derive(fileKey, salt, fileContext) {
  if (fileKey.length !== FILE_KEY_SIZE) {
    throw new CannotOpen();
  }
  const hmac = await crypto.subtle.importKey("raw", fileKey, { name: "HMAC", hash: "SHA-512" }, false, ["sign"]);
  const block = async (...parts) => new Uint8Array(await crypto.subtle.sign("HMAC", hmac, concat(...parts)));
  const info = concat(INFO, salt, fileContext);
  const first = await block(info, Uint8Array.of(1));
  const derived = concat(first, await block(first, info, Uint8Array.of(2)));
  const key = await crypto.subtle.importKey("raw", derived.slice(0, 32), "AES-GCM", false, ["encrypt", "decrypt"]);
  return { key, base: derived.slice(32, 44), commitment: derived.slice(44, 76) };
}

function nonce(base, counter) {
  const bytes = base.slice();
  const view = new DataView(bytes.buffer);
  view.setUint32(8, view.getUint32(8) ^ counter);
  return bytes;
}

async function bytesOf(blob) {
  return new Uint8Array(await blob.arrayBuffer());
}

function padded(size) {
  return Math.max(SMALLEST, padme(size));
}
