// Where a zip grows until its person saves it: a file of the browser's own for this site (OPFS), and memory where there is
// none, as in some private windows. The file is not encrypted: it goes when the page is left, and otherwise with the next page
// of this site (`clearLeftovers`). One tab of a browser makes a zip at a time.
const FOLDER = "zips";
const FILE = "all.zip";
const TYPE = "application/zip";
const LOCK = "secureblogs-zip";
const PATIENCE = 5_000; // milliseconds
const PIECE = 1 << 20; // bytes that are written at once

/** Another tab of this browser makes a zip, or keeps one. */
class InAnotherTab extends Error {
  name = "InAnotherTab";
}

/** This browser has no more room for the zip. */
class NoRoom extends Error {
  name = "NoRoom";
}

/** A ZipSink; InAnotherTab. */
export async function openSink() {
  const release = await takeLock();
  if (!release) {
    throw new InAnotherTab();
  }
  await removeFile();
  return new ZipSink(await openFile().catch(inMemory), release);
}

/** Removes what a tab left behind that is gone by now. */
export async function clearLeftovers() {
  // A tab that goes has its lock for a moment longer, and one that stays keeps what is its own.
  await navigator.locks.request(LOCK, { signal: AbortSignal.timeout(PATIENCE) }, removeFile).catch(() => null);
}

class ZipSink {
  #place;
  #release;
  #waiting = [];
  #size = 0;
  /** How many bytes came. */
  written = 0;

  constructor(place, release) {
    this.#place = place;
    this.#release = release;
  }

  /** Takes the next bytes; NoRoom. */
  async write(bytes) {
    this.#waiting.push(bytes);
    this.#size += bytes.length;
    this.written += bytes.length;
    if (this.#size >= PIECE) {
      await this.#flush();
    }
  }

  /** The whole of it, as a Blob; NoRoom. */
  async finish() {
    await this.#flush();
    return this.#place.close().catch(unlessFull);
  }

  /** Lets go of all of it. */
  async discard() {
    await this.#place.abort().catch(() => null);
    await removeFile();
    this.#release();
  }

  async #flush() {
    const piece = new Blob(this.#waiting);
    [this.#waiting, this.#size] = [[], 0];
    await this.#place.write(piece).catch(unlessFull);
  }
}

// A function that lets go of the lock, or null if another tab has it.
function takeLock() {
  return new Promise((resolve, reject) => {
    const hold = (lock) => lock && new Promise((release) => resolve(release));
    navigator.locks.request(LOCK, { ifAvailable: true }, hold).then(() => resolve(null), reject);
  });
}

async function openFile() {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(FOLDER, { create: true });
  const handle = await folder.getFileHandle(FILE, { create: true });
  const stream = await handle.createWritable();
  const close = async () => {
    await stream.close();
    return handle.getFile();
  };
  return { write: (piece) => stream.write(piece), close, abort: () => stream.abort() };
}

// The browser keeps Blobs as it likes; many put large ones on the disk.
function inMemory() {
  let pieces = [];
  return {
    write: async (piece) => void pieces.push(piece),
    close: async () => new Blob(pieces, { type: TYPE }),
    abort: async () => void (pieces = []),
  };
}

async function removeFile() {
  const root = await navigator.storage?.getDirectory?.().catch(() => null);
  await root?.removeEntry(FOLDER, { recursive: true }).catch(() => null);
}

function unlessFull(error) {
  throw error.name === "QuotaExceededError" ? new NoRoom("", { cause: error }) : error;
}
