// The lines of <post-files>, one a file, and what can be done with each. Messages of the element: `line`, folder, and those of
// lib/file_line.js.
import { Attached } from "./attached.js";
import { insertInto, renameIn, takeOutOf } from "./file_references.js";
import { partOf, showLine } from "./file_line.js";
import { sizeInWords } from "./file_words.js";
import { message, say, sayNothing } from "./messages.js";

export class AttachedLines {
  #element;
  #attached;
  #lines = new Map(); // by item

  constructor(element, place) {
    this.#element = element;
    const { largest, most } = element.dataset;
    const told = { changed: (item) => this.#show(item), named: (item, before) => this.#named(item, before) };
    this.#attached = new Attached({ place, ...told, largest: Number(largest), most: Number(most) });
    element.addEventListener("click", ({ target }) => this.#clicked(target));
    element.addEventListener("input", ({ target }) => this.#typed(target));
    addEventListener("beforeunload", (event) => this.#attached.isBusy && event.preventDefault());
  }

  get kept() {
    return this.#attached.kept;
  }

  fill(kept) {
    this.#attached.fill(kept);
    this.#lines.clear();
    this.#place.replaceChildren();
    this.#attached.items.forEach((item) => this.#show(item));
    sayNothing(this.#element);
  }

  /** Takes Files on. */
  add(files, hadFolder) {
    hadFolder ? say(this.#element, "folder") : sayNothing(this.#element);
    files.forEach((file) => this.#attached.add(file).then(() => this.#changed()));
  }

  settled() {
    return this.#attached.settled();
  }

  moveFrom(before) {
    this.#attached.moveFrom(before);
  }

  blobOf(entry) {
    return this.#attached.blobOf(entry);
  }

  #show(item) {
    if (this.#attached.items.includes(item)) {
      const line = this.#lines.get(item) ?? this.#newLine(item);
      showLine(this.#element, line, item);
      this.#showPicture(item, line);
      this.#showLeft();
    }
  }

  #showLeft() {
    const left = Math.max(0, Number(this.#element.dataset.left) - this.#attached.taken);
    this.#element.querySelector("[data-shown-left]").textContent = sizeInWords(left);
  }

  #newLine(item) {
    const line = message(this.#element, "line").firstElementChild;
    partOf(line, "alt").querySelector("input").value = item.alt;
    this.#describe(line);
    this.#lines.set(item, line);
    this.#place.append(line);
    return line;
  }

  // Each file has buttons and a field with the same names.
  #describe(line) {
    const name = partOf(line, "name");
    name.id = `file-${crypto.randomUUID()}`;
    line.querySelectorAll("button, input").forEach((control) => control.setAttribute("aria-describedby", name.id));
  }

  async #showPicture(item, line) {
    const place = partOf(line, "picture");
    if (item.entry?.width && place.hidden) {
      place.hidden = false;
      const blob = await this.#attached.blobOf(item.entry.thumbnail ?? item.entry).catch(() => null);
      if (blob) {
        const image = Object.assign(new Image(), { alt: "", src: URL.createObjectURL(blob) });
        image.onload = () => URL.revokeObjectURL(image.src);
        place.append(image);
      }
    }
  }

  #clicked(target) {
    const what = target.closest("button[data-part]")?.dataset.part;
    const [item, line] = this.#find(target);
    if (what === "remove") {
      this.#remove(item, line);
    } else if (what === "insert") {
      insertInto(this.#field, item.entry.uid);
    } else if (what === "again") {
      // The button goes.
      partOf(line, "remove").focus();
      this.#attached.again(item).then(() => this.#changed());
    }
  }

  #find(target) {
    return [...this.#lines].find(([, line]) => line.contains(target)) ?? [];
  }

  #remove(item, line) {
    const next = line.nextElementSibling ?? line.previousElementSibling;
    this.#attached.remove(item);
    this.#lines.delete(item);
    line.remove();
    this.#showLeft();
    (next ? partOf(next, "remove") : this.#element.querySelector("input")).focus();
    item.entry && takeOutOf(this.#field, item.entry.uid);
    this.#changed();
  }

  #typed(target) {
    const [item] = this.#find(target);
    if (item) {
      item.alt = target.value.toWellFormed();
      this.#changed();
    }
  }

  // A picture comes into the text as soon as it can be named there.
  #named({ entry }, before) {
    if (before) {
      renameIn(this.#field, before, entry.uid);
    } else if (entry.width) {
      insertInto(this.#field, entry.uid);
    }
  }

  #changed() {
    this.#element.dispatchEvent(new CustomEvent("files:changed", { bubbles: true }));
  }

  get #field() {
    return this.#element.closest("post-editor").querySelector("#text");
  }

  get #place() {
    return this.#element.querySelector("[data-attached]");
  }
}
