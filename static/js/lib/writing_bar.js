// The bar above a text: its buttons, the shortcuts for them, and lists that go on by Enter. A page loads it when somebody
// comes to the fields.
import { edited, goneOn } from "./markdown_editing.js";

const SHORTCUTS = { b: "bold", i: "italic", k: "link", e: "code" };
const WITH_SHIFT = { Period: "quote", Digit8: "list" };
const ACROSS = { ArrowRight: 1, ArrowLeft: -1 };

export class WritingBar {
  #bar;
  #field;

  /** `element` holds `[data-bar]`, with a button for each edit and its name in `data-edit`, and #text, the field. */
  constructor(element) {
    this.#bar = element.querySelector("[data-bar]");
    this.#field = element.querySelector("#text");
    element.addEventListener("keydown", (event) => this.#pressed(event));
  }

  /** Does what a button says. */
  press({ dataset }) {
    const { value, selectionStart, selectionEnd } = this.#field;
    this.#change(edited(dataset.edit, value, [selectionStart, selectionEnd]));
  }

  // What a key means: in the field an edit, in the bar to go to another button.
  #pressed(event) {
    if (event.isComposing || event.altKey || event.defaultPrevented) {
      return;
    }
    if (event.target === this.#field) {
      this.#pressedInField(event);
    } else if (this.#bar.contains(event.target)) {
      this.#goTo(event);
    }
  }

  #pressedInField(event) {
    const { ctrlKey, metaKey, shiftKey, key, code } = event;
    const isCommand = ctrlKey !== metaKey;
    const name = isCommand && (shiftKey ? WITH_SHIFT[code] : SHORTCUTS[key.toLowerCase()]);
    const { value, selectionStart, selectionEnd } = this.#field;
    const isPlainEnter = key === "Enter" && !isCommand && !shiftKey && selectionStart === selectionEnd;
    const edit = name ? edited(name, value, [selectionStart, selectionEnd]) : isPlainEnter && goneOn(value, selectionStart);
    if (edit) {
      event.preventDefault();
      this.#change(edit);
    }
  }

  // A toolbar is one stop of the Tab key; arrows lead through it.
  #goTo(event) {
    const buttons = [...this.#bar.querySelectorAll("button")].filter((button) => !button.hidden);
    const at = buttons.indexOf(event.target);
    const step = ACROSS[event.key] * (getComputedStyle(this.#bar).direction === "rtl" ? -1 : 1);
    const places = { Home: 0, End: buttons.length - 1 };
    const to = buttons[places[event.key] ?? (at + step + buttons.length) % buttons.length];
    if (to) {
      event.preventDefault();
      buttons.forEach((button) => (button.tabIndex = button === to ? 0 : -1));
      to.focus();
    }
  }

  #change({ from, to, insert, select }) {
    if (this.#field.readOnly) {
      return;
    }
    this.#field.focus();
    this.#field.setSelectionRange(from, to);
    // Only what goes through the browser's own editing can be undone by its Ctrl+Z, and fires `input`.
    const isDone = insert ? document.execCommand("insertText", false, insert) : from === to || document.execCommand("delete");
    if (!isDone) {
      this.#field.setRangeText(insert, from, to);
      this.#field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
    this.#field.setSelectionRange(...select);
  }
}
