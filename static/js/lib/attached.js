// The pictures and files of a text that is being written: one after the other is prepared, sealed and uploaded. Each is
// {name, size, state, share, note, error, entry, alt}: `state` is `preparing`, `uploading`, `waiting` (for the site), `done`
// or `failed`, with the `error`; `entry` is as a document has it; `note` as in lib/pictures.js. A file is bound to its post: one
// that came along from another has {post, entry} in `before`, until it is sealed and uploaded for this one.
import { sealedSize } from "../crypto/files.js";
import { fromKept, nameOf, toKept } from "./file_entries.js";
import { NotTaken, sealItem } from "./file_sealing.js";
import { download, upload } from "./files.js";
import { postJson, sendJson } from "./http.js";

const UNKNOWN = "application/octet-stream";

export class Attached {
  #items = [];
  #blobs = new Map(); // promises, by uid
  #queue = Promise.resolve();
  #options;

  /**
   * `place()` gives {post, author, group}. `changed(item)` is called after each change, `named(item, before)` when the item
   * has a uid, in place of the one before, if it had one. `largest` bytes, `most` files.
   */
  constructor(options) {
    this.#options = options;
  }

  get items() {
    return this.#items;
  }

  /** Takes a File on; resolves to its item when it has arrived, or failed. */
  add(file) {
    const about = { name: nameOf(file), type: file.type || UNKNOWN, size: file.size, alt: "" };
    const item = { file, ...about, entry: null, before: null, sealed: [], abort: new AbortController() };
    this.#items.push(item);
    if (this.#items.length > this.#options.most) {
      this.#change(item, { state: "failed", error: new NotTaken("too-many") });
      return Promise.resolve(item);
    }
    return this.again(item);
  }

  /** Tries an item once more that failed. */
  again(item) {
    this.#change(item, { state: "preparing", error: null, share: 0 });
    this.#queue = this.#queue.then(() => this.#take(item));
    return this.#queue.then(() => item);
  }

  /** Takes an item away. What has arrived of it goes, unless a draft had it before: another tab may have that. */
  remove(item) {
    item.abort.abort();
    this.#items.splice(this.#items.indexOf(item), 1);
    for (const uid of item.file && !item.before ? [item.entry?.uid, item.entry?.thumbnail?.uid].filter(Boolean) : []) {
      // The site deletes by itself, in a day, what it is not told now.
      sendJson("DELETE", `/files/${uid}`, {}, { promised: [] }).catch(() => null);
    }
  }

  /** Takes on what a draft has kept, entries as `kept` gave them, or those of a document, in place of what was here. */
  fill(entries) {
    this.#items.forEach(({ abort }) => abort.abort());
    this.#items = entries.map((each) => {
      const { post, ...entry } = fromKept(typeof each.key === "string" ? each : toKept(each));
      const { name, type, size, alt = "" } = entry;
      const before = post ? { post, entry } : null;
      return { name, type, size, alt, entry, before, state: "done", sealed: [], abort: new AbortController() };
    });
    this.#items.forEach((item) => (item.before ? this.again(item) : this.#look(item)));
  }

  // Tells the site that a draft still wants a file, and sees that it is there: of what nothing wants nothing stays.
  async #look(item) {
    const { post, group } = this.#options.place();
    for (const { uid, size } of [item.entry, item.entry.thumbnail].filter(Boolean)) {
      const announced = { uid, post, group, size: sealedSize(size) };
      const answer = await postJson("/files/", announced, { promised: ["missing"] }).catch(() => null);
      if (answer?.body.missing.length > 0) {
        this.#change(item, { state: "failed", error: new NotTaken("lost") });
      }
    }
  }

  /** How many bytes of the space for files these take, but for what a draft had before. */
  get taken() {
    const here = this.#items.filter(({ file, before, entry, state }) => file && !before && entry && state !== "failed");
    return here.flatMap(({ entry }) => [entry, entry.thumbnail]).reduce((sum, each) => sum + (each ? sealedSize(each.size) : 0), 0);
  }

  /** Whether something is on its way. */
  get isBusy() {
    return this.#items.some(({ state }) => !["done", "failed"].includes(state));
  }

  /** The entries of all that have arrived, as JSON; with its `post`, if that is another one so far. */
  get kept() {
    const arrived = this.#items.filter(({ state, before }) => before || state === "done");
    return arrived.map(({ entry, before, alt }) => toKept({ ...(before ? { ...before.entry, post: before.post } : entry), ...(alt && { alt }) }));
  }

  /** Resolves when nothing is on its way any more. Whether all of it has arrived. */
  async settled() {
    await this.#queue;
    return this.#items.every(({ state }) => state === "done");
  }

  /** Takes everything along from another post to what is the place now. */
  moveFrom({ post }) {
    for (const item of this.#items) {
      item.before ??= item.state === "done" ? { post, entry: item.entry } : null;
      item.sealed = [];
      this.again(item);
    }
  }

  /** The Blob of an entry, or of its small picture, by uid. */
  blobOf({ uid }) {
    if (!this.#blobs.has(uid)) {
      const { post, author } = this.#options.place();
      const bound = this.#items.flatMap(({ entry, before }) => [entry, entry?.thumbnail].map((each) => ({ entry: each, post: before?.post ?? post })));
      const found = bound.find(({ entry }) => entry?.uid === uid);
      const loading = download(found.entry, { post: found.post, author });
      loading.catch(() => this.#blobs.delete(uid));
      this.#blobs.set(uid, loading);
    }
    return this.#blobs.get(uid);
  }

  async #take(item) {
    if (item.abort.signal.aborted) {
      return;
    }
    try {
      await this.#process(item);
    } catch (error) {
      item.abort.signal.aborted || this.#change(item, { state: "failed", error });
    }
  }

  async #process(item) {
    if (item.sealed.length === 0) {
      item.file ??= await this.#fetch(item);
      await this.#seal(item);
    }
    const told = (share) => this.#change(item, share === null ? { state: "waiting" } : { state: "uploading", share });
    for (const each of item.sealed) {
      await upload(each, { ...this.#options.place(), told, signal: item.abort.signal });
    }
    const { before } = item;
    this.#change(item, { sealed: [], before: null, state: "done" });
    before && this.#options.named(item, before.entry.uid);
  }

  #fetch({ entry, before, abort }) {
    return download(entry, { post: before.post, author: this.#options.place().author, signal: abort.signal });
  }

  // This seals a file once for a post: later tries upload the very same.
  async #seal(item) {
    const before = item.entry?.uid ?? null;
    const { blobs, ...sealed } = await sealItem(item, { place: this.#options.place(), largest: this.#options.largest });
    blobs.forEach((blob, uid) => this.#blobs.set(uid, Promise.resolve(blob)));
    this.#change(item, sealed);
    // While another post has it, the text names that one.
    item.before || this.#options.named(item, before);
  }

  #change(item, changes) {
    Object.assign(item, changes);
    this.#options.changed(item);
  }
}
