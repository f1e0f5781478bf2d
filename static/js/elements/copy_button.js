// <copy-button>: copies its data-text at a click on its button. Messages: copied, failed.
import { announce, message, say, sayNothing } from "../lib/messages.js";

const SHOWN = 3_000; // milliseconds

class CopyButton extends HTMLElement {
  #connection = null;
  #timer = null;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    this.addEventListener("click", ({ target }) => target.closest("button") && this.#copy(), { signal });
  }

  disconnectedCallback() {
    this.#connection.abort();
  }

  async #copy() {
    const words = await navigator.clipboard.writeText(this.dataset.text).then(
      () => "copied",
      () => "failed",
    );
    if (!say(this, words)) {
      announce(message(this, words)?.textContent ?? "");
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => sayNothing(this), SHOWN);
  }
}

customElements.define("copy-button", CopyButton);
