// <copy-button>: copies its data-text at a click on its button. Messages: copied, failed.
import { announce } from "../lib/announce.js";
import { message, say, sayNothing } from "../lib/messages.js";

const SHOWN = 3_000; // milliseconds

export class CopyButton extends HTMLElement {
  #timer = null;

  connectedCallback() {
    this.addEventListener("click", this.#clicked);
  }

  #clicked = async (event) => {
    if (!event.target.closest("button")) {
      return;
    }
    const words = await navigator.clipboard.writeText(this.dataset.text).then(
      () => "copied",
      () => "failed",
    );
    if (!say(this, words)) {
      announce(message(this, words)?.textContent ?? "");
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => sayNothing(this), SHOWN);
  };
}

customElements.define("copy-button", CopyButton);
