// The two fields of an author, #title and #text, with the error of each in `[data-error-for="title"]` or
// `[data-error-for="text"]`, and the bytes that are left in `[data-size]`.
import { plainLine } from "../crypto/lines.js";
import { bytesLeft, faults, isNearLimit } from "./limits.js";
import { message } from "./messages.js";
import { directionOf } from "./texts.js";

const NAMES = ["title", "text"];

export class Fields {
  #element;

  constructor(element) {
    this.#element = element;
  }

  /** {title, body}. UTF-8 has no half surrogate pairs, which a text field may hold. */
  get written() {
    // A title that was pasted from several lines becomes one line.
    const title = plainLine(this.#control("title").value.toWellFormed()).replace(/\s*[\t\r\n]+\s*/g, " ");
    return { title: title.trim(), body: this.#control("text").value.toWellFormed() };
  }

  get isEmpty() {
    return !this.#control("title").value && !this.#control("text").value;
  }

  /** While a text is on its way, nothing is typed that would not go along. */
  set isFixed(isFixed) {
    NAMES.forEach((name) => (this.#control(name).readOnly = isFixed));
  }

  fill({ title, body }) {
    this.#control("title").value = title;
    this.#control("text").value = body;
    NAMES.forEach((name) => this.setError(name, null));
    this.#turn();
    this.showSize();
  }

  /** Whether both can be published. If not, each field at fault says why, and the first one gets the focus. */
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

  /** Ctrl+Enter sends the form, and Enter at the end of the title goes on to the text. */
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
    }
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

  // With `dir="auto"` a browser looks for the direction at each of many lines again, which takes minutes.
  #turn() {
    const { value } = this.#control("text");
    this.#control("text").dir = value && directionOf(value);
  }

  #control(name) {
    return this.#element.querySelector(`#${name}`);
  }
}
