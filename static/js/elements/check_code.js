// <check-code>: whether a recovery code, typed into its form, would bring everything back; it changes nothing.
// Messages: checking, right, code-letters, code-length, code-checksum, other-code, not-endorsed, failed.
import { checkCode, wordsForCode } from "../lib/account.js";
import { say } from "../lib/messages.js";


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
    const field = this.querySelector("input");
    say(this, "checking");
    try {
      await checkCode(document.body.dataset.user, field.value);
      field.value = "";
      field.setAttribute("aria-invalid", "false");
      say(this, "right");
    } catch (error) {
      say(this, wordsForCode(error) ?? "failed");
      field.setAttribute("aria-invalid", "true");
      field.focus();
    }
  }
}

customElements.define("check-code", CheckCode);
