// <post-files>: the pictures and files of a text that is being written: by its file input, by dropping them on the closest
// <post-editor>, by pasting them, or by its `[data-add-files]`. Attributes: data-largest (bytes of a file), data-most (files
// of a text), data-left (bytes of the space for files). Holds an input of type file, `[data-attached]` for a line each,
// `[data-shown-left]` for what is left, and the messages of lib/attached_lines.js. `begin` says for which post they are.
// Fires files:changed (bubbles) when a draft has something new to keep. What it does with files is loaded with the first one.
import { sayMissing } from "../lib/loading.js";

class PostFiles extends HTMLElement {
  #connection = null;
  #place = null;
  #kept = [];
  #lines = null; // of lib/attached_lines.js
  #loading = null; // a promise of them

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    const editor = this.closest("post-editor");
    this.addEventListener("change", ({ target }) => this.#chosen(target), { signal });
    editor.addEventListener("click", ({ target }) => target.closest("[data-add-files]") && this.querySelector("#files").click(), { signal });
    editor.addEventListener("dragover", (event) => hasFiles(event.dataTransfer) && event.preventDefault(), { signal });
    editor.addEventListener("drop", (event) => this.#brought(event, event.dataTransfer), { signal });
    editor.addEventListener("paste", (event) => this.#brought(event, event.clipboardData), { signal });
  }

  disconnectedCallback() {
    this.#connection.abort();
  }

  /** `place()` gives {post, author, group}: what the files are for. */
  begin(place) {
    this.#place = place;
  }

  /** Shows what a draft has kept, or the entries of a document, in place of what was here. */
  async fill(entries) {
    if (this.#lines || entries.length > 0) {
      // Until they are loaded the draft must not forget them.
      this.#kept = entries.filter(({ key }) => typeof key === "string");
      (await this.#load()).fill(entries);
    }
  }

  /** What a draft keeps of the files that have arrived. */
  get kept() {
    return this.#lines?.kept ?? this.#kept;
  }

  /** Resolves when nothing is on its way. Whether everything has arrived. */
  async settled() {
    return this.#lines ? this.#lines.settled() : true;
  }

  /** The text became another post: the browser uploads for this one what it uploaded for the one `before`. */
  moveFrom(before) {
    this.#lines?.moveFrom(before);
  }

  /** The Blob of an entry, for the preview. */
  async blobOf(entry) {
    return (await this.#load()).blobOf(entry);
  }

  // All callers wait for one promise and go on in turn, so the list has the files in the order in which they were chosen.
  #load() {
    this.#loading ??= this.#start();
    return this.#loading;
  }

  async #start() {
    try {
      const { AttachedLines } = await import("../lib/attached_lines.js");
      this.#lines = new AttachedLines(this, () => this.#place());
      return this.#lines;
    } catch (error) {
      // The next one tries again.
      this.#loading = null;
      throw error;
    }
  }

  #chosen(input) {
    if (input.type === "file") {
      this.#add([...input.files]);
      // The same file can be chosen again.
      input.value = "";
    }
  }

  #brought(event, brought) {
    // A text with a picture of itself, as some programs copy it, is a text.
    if (hasFiles(brought) && !brought.types.includes("text/plain")) {
      event.preventDefault();
      const isFolder = (item) => item.webkitGetAsEntry?.()?.isDirectory;
      const items = [...brought.items].filter(({ kind }) => kind === "file");
      this.#add(items.filter((item) => !isFolder(item)).map((item) => item.getAsFile()), items.some(isFolder));
    }
  }

  async #add(files, hadFolder = false) {
    const lines = await this.#load().catch(() => null);
    lines ? lines.add(files, hadFolder) : sayMissing();
  }
}

function hasFiles({ types }) {
  return types.includes("Files");
}

customElements.define("post-files", PostFiles);
