// <forget-browser>: beside the form of the log-out, which it sends once this browser is no longer among its person's devices
// and has deleted what it kept for them, at a click on `[data-forget]`. Messages: forgetting, failed.
import { forgetBrowser } from "../lib/account.js";
import { say } from "../lib/messages.js";
import { leadToConfirmation } from "../lib/reauthentication.js";

class ForgetBrowser extends HTMLElement {
  #connection = null;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    this.addEventListener("click", ({ target }) => target.closest("[data-forget]") && this.#forget(), { signal });
  }

  disconnectedCallback() {
    this.#connection.abort();
  }

  async #forget() {
    say(this, "forgetting");
    try {
      await forgetBrowser(document.body.dataset.user);
      this.querySelector("form").requestSubmit();
    } catch (error) {
      if (!leadToConfirmation(error)) {
        say(this, "failed");
      }
    }
  }
}

customElements.define("forget-browser", ForgetBrowser);
