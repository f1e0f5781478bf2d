// <compared-elsewhere>: inside <compare-people>. Shares with the person's other browsers whom they compared, a moment after
// people are shown, and after each comparison. `[data-notice]`, which is hidden at first, says what is wrong with what the site keeps of
// it; its `[data-keep-mine]` saves what this browser remembers on top of that. Messages: older, closed, kept, failed. Fires
// people:shared on the document.
import { keepMine, share, shareOnce } from "../lib/compared.js";
import { say } from "../lib/messages.js";

// The page comes first.
const PAUSE = 1_500; // milliseconds
const WORDS = { OlderObject: "older", CannotOpen: "closed" };

class ComparedElsewhere extends HTMLElement {
  #connection = null;
  #timer = null;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    this.addEventListener("click", ({ target }) => target.closest("[data-keep-mine]") && this.#keep(), { signal });
    document.addEventListener("people:shown", () => this.#first(), { signal });
    document.addEventListener("people:compared", () => this.#share(share), { signal });
    if (this.parentElement.querySelector("[data-person-mark]")) {
      this.#first();
    }
  }

  disconnectedCallback() {
    this.#connection.abort();
    clearTimeout(this.#timer);
  }

  #first() {
    this.#timer ??= setTimeout(() => this.#share(shareOnce), PAUSE);
  }

  async #share(act) {
    try {
      await act(document.body.dataset.user);
    } catch (error) {
      // Of all else the next page tries again.
      this.#notice.hidden = !(WORDS[error.name] && say(this, WORDS[error.name]));
    }
    document.dispatchEvent(new CustomEvent("people:shared", { detail: {} }));
  }

  async #keep() {
    const button = this.querySelector("[data-keep-mine]");
    button.disabled = true;
    try {
      await keepMine(document.body.dataset.user);
      say(this, "kept");
      button.hidden = true;
      document.dispatchEvent(new CustomEvent("people:shared", { detail: {} }));
    } catch {
      say(this, "failed");
      button.disabled = false;
    }
  }

  get #notice() {
    return this.querySelector("[data-notice]");
  }
}

customElements.define("compared-elsewhere", ComparedElsewhere);
