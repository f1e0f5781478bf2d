// <passkey-form>: its form is sent with what the browser says about a passkey: a new one with `data-makes`, else one that
// it uses. Fetched again, its page would begin with another challenge: `data-parts-at` is the address of one that has the
// other parts. The site's options stand in its <script type="application/json">, or at the address `data-options-at`.
// Messages: waiting, unknown, cancelled, there-already, failed.
import { getJson } from "../lib/http.js";
import { say } from "../lib/messages.js";
import { makePasskey, usePasskey } from "../lib/passkeys.js";

const WORDS = { NoPasskeys: "unknown", NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "there-already" };

class PasskeyForm extends HTMLElement {
  #connection = null;
  #isAsking = false;
  #isProved = false;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    this.addEventListener("submit", (event) => this.#submitted(event), { signal });
    // Without this element the form would be sent without a passkey.
    this.querySelector("[type=submit]").disabled = false;
  }

  disconnectedCallback() {
    this.#connection.abort();
  }

  async #submitted(event) {
    if (this.#isProved) {
      return;
    }
    event.preventDefault();
    if (!this.#isAsking) {
      this.#isAsking = true;
      await this.#ask(event.target);
      this.#isAsking = false;
    }
  }

  async #ask(form) {
    say(this, "waiting");
    try {
      const options = await this.#options();
      const isAlone = form.elements.passwordless?.checked;
      const credential = await (this.dataset.makes === undefined ? usePasskey(options) : makePasskey(options, { isAlone }));
      form.elements.credential.value = JSON.stringify(credential);
    } catch (error) {
      say(this, WORDS[error.name] ?? "failed");
      return;
    }
    this.#isProved = true;
    form.requestSubmit();
    this.#isProved = false;
  }

  async #options() {
    const script = this.querySelector('script[type="application/json"]');
    if (script) {
      return JSON.parse(script.textContent);
    }
    const { request_options: options } = await getJson(this.dataset.optionsAt, { promised: ["request_options"] });
    return options;
  }
}

customElements.define("passkey-form", PasskeyForm);
