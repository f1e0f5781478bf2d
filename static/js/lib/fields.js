// The fields of an author, #title, #text and #tags, with the error of each beside it, the bytes that are left in
// `[data-size]`, and the number of words in `[data-count]`.
import { plainLine } from "../crypto/lines.js";
import { leadTo, setError } from "./field_errors.js";
import { bytesLeft, faults, isNearLimit, tagsOf } from "./limits.js";
import { message } from "./messages.js";
import { directionOf, sizeOf } from "./texts.js";

const NAMES = ["title", "text", "tags"];
const PAUSE = 400; // milliseconds after the last letter: the words of a long text take a moment to count

export class Fields {
  #element;
  #timer = null;

  constructor(element) {
    this.#element = element;
  }

  /** {title, body, tags, files}. UTF-8 has no half surrogate pairs, which a text field may hold. */
  get written() {
    // A title that was pasted from several lines becomes one line.
    const title = plainLine(this.#control("title").value.toWellFormed()).replace(/\s*[\t\r\n]+\s*/g, " ");
    const body = this.#control("text").value.toWellFormed();
    return { title: title.trim(), body, tags: tagsOf(this.#control("tags").value), files: this.#files.kept };
  }

  get isEmpty() {
    return NAMES.every((name) => !this.#control(name).value) && this.#files.kept.length === 0;
  }

  /** Takes the files along to another post; `before` is {post, author} of the one that they were for. */
  moveFiles(before) {
    this.#files.moveFrom(before);
  }

  /** Resolves when no file is on its way any more; FilesMissing if not all of them have arrived. */
  async settle() {
    if (!(await this.#files.settled())) {
      throw Object.assign(new Error(""), { name: "FilesMissing" });
    }
  }

  /** While a text is on its way, nobody types what would not go along. */
  set isFixed(isFixed) {
    NAMES.forEach((name) => (this.#control(name).readOnly = isFixed));
  }

  /** The group that is chosen here; null on the page of one group. A group that is not offered is none. */
  get group() {
    return this.#control("group")?.value ?? null;
  }

  set group(slug) {
    const choice = this.#control("group");
    if (choice && slug && slug !== choice.value) {
      choice.value = slug;
      choice.value ||= "";
      choice.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  fill({ title, body, tags = [], files = [] }) {
    this.#files.fill(files);
    this.#control("title").value = title;
    this.#control("text").value = body;
    this.#control("tags").value = tags.join(", ");
    NAMES.forEach((name) => this.setError(name, null));
    this.#turn();
    this.showSize();
  }

  /** Whether all can be published. If not, each field at fault says why, and the first one gets the focus. */
  check() {
    const names = this.group === null ? NAMES : ["group", ...NAMES];
    const found = { ...faults(this.written), group: this.group === "" && "group-missing" };
    for (const name of names) {
      this.setError(name, found[name] ? message(this.#element, found[name]) : null);
    }
    const first = names.find((name) => found[name]);
    if (first) {
      this.focus(first);
    }
    return first === undefined;
  }

  /** Takes the error of a field away, since its author has typed there. False if it is none of these fields. */
  changed(control) {
    if (!NAMES.includes(control.id)) {
      return false;
    }
    this.setError(control.id, null);
    this.#turn();
    this.showSize();
    return true;
  }

  /** Ctrl+Enter sends the form by no button. Enter at the end of the title goes on to the text, after the tags nowhere. */
  pressed(event) {
    // An input method ends a word with Enter.
    if (event.key !== "Enter" || event.isComposing) {
      return;
    }
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.#element.querySelector("form").requestSubmit();
    } else if (event.target === this.#control("title")) {
      event.preventDefault();
      this.focus("text");
    } else if (event.target === this.#control("tags")) {
      event.preventDefault();
    }
  }

  focus(name) {
    leadTo(this.#control(name));
  }

  /** Shows a sentence (text or a node) at a field, or takes it away with null. */
  setError(name, words) {
    setError(this.#control(name), words);
  }

  showSize() {
    const place = this.#element.querySelector("[data-size]");
    if (place) {
      const { body } = this.written;
      const left = isNearLimit(body) ? bytesLeft(body) : null;
      place.hidden = left === null;
      const words = left !== null && message(this.#element, left < 0 ? "size-over" : "size", { left, over: -left });
      place.replaceChildren(words || "");
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#count(), PAUSE);
  }

  #count() {
    const size = sizeOf(this.#control("text").value);
    this.#element.querySelector("[data-count]")?.replaceChildren(size.words ? message(this.#element, "count", size) : "");
  }

  // With `dir="auto"` a browser looks for the direction at each of many lines again, which takes minutes.
  #turn() {
    const text = this.#control("text");
    if (text.value) {
      text.dir = directionOf(text.value);
    } else {
      text.removeAttribute("dir");
    }
  }

  get #files() {
    return this.#element.querySelector("post-files");
  }

  #control(name) {
    return this.#element.querySelector(`#${name}`);
  }
}
