// The two fields of somebody who writes: #title and #text, an error at each, and how much room is left.
// A sentence stands in `[data-error-for="title"]` or `[data-error-for="text"]`, the bytes left in `[data-size]`.
import { bytesLeft, faults, isNearLimit } from "./limits.js";
import { message } from "./messages.js";

const NAMES = ["title", "text"];

export class Fields {
  #element;

  constructor(element) {
    this.#element = element;
  }

  /** {title, body}. UTF-8 has no half surrogate pairs, which a text field may hold. */
  get written() {
    // A title pasted from several lines is one line all the same.
    const title = this.#control("title").value.toWellFormed().replace(/\s*[\t\r\n]+\s*/g, " ").trim();
    return { title, body: this.#control("text").value.toWellFormed() };
  }

  get isEmpty() {
    return !this.#control("title").value && !this.#control("text").value;
  }

  fill({ title, body }) {
    this.#control("title").value = title;
    this.#control("text").value = body;
    NAMES.forEach((name) => this.setError(name, null));
    this.showSize();
  }

  /** Whether both can be published. If not, it is said at the fields, and the first one at fault has the focus. */
  check() {
    const found = faults(this.written);
    for (const name of NAMES) {
      this.setError(name, found[name] ? message(this.#element, found[name]) : null);
    }
    const first = NAMES.find((name) => found[name]);
    if (first) {
      this.focus(first);
    }
    return first === undefined;
  }

  /** Somebody typed here: what was said about it is no longer true. False if it is none of these fields. */
  changed(control) {
    if (!NAMES.includes(control.id)) {
      return false;
    }
    this.setError(control.id, null);
    this.showSize();
    return true;
  }

  focus(name) {
    this.#control(name).focus();
  }

  /** Shows a sentence (text or a node) at a field, or takes it away with null. */
  setError(name, words) {
    const place = this.#element.querySelector(`[data-error-for="${name}"]`);
    place?.replaceChildren(words ?? "");
    place?.toggleAttribute("hidden", words === null);
    this.#control(name).setAttribute("aria-invalid", String(words !== null));
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
  }

  #control(name) {
    return this.#element.querySelector(`#${name}`);
  }
}
