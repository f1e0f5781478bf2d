// <check-code>: whether a recovery code, typed into its form, would bring everything back; it changes nothing.
// Messages: checking, right, code-letters, code-length, code-checksum, other-code, not-endorsed, failed.
import { checkCode, wordsForCode } from "../lib/account.js";
import { explain } from "../lib/field_errors.js";
import { message, say, sayNothing } from "../lib/messages.js";

class CheckCode extends HTMLElement {
  #connection = null;

  connectedCallback() {
    this.#connection = new AbortController();
    this.addEventListener("submit", (event) => this.#submitted(event), { signal: this.#connection.signal });
  }

  disconnectedCallback() {
    this.#connection.abort();
  }

  async #submitted(event) {
    event.preventDefault();
    const form = event.target;
    const field = form.querySelector("input");
    explain(field, null);
    say(this, "checking");
    try {
      await checkCode(document.body.dataset.user, field.value);
      form.reset();
      say(this, "right");
    } catch (error) {
      const words = wordsForCode(error);
      words ? sayNothing(this) : say(this, "failed");
      explain(field, words ? message(this, words) : null);
    }
  }
}

customElements.define("check-code", CheckCode);
