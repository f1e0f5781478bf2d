// <account-maker data-name data-add>: makes the account key of a person who has none, with this browser as its device,
// and a recovery code. `data-name` names the browser, `data-add` is the page for a browser that holds no key. With a
// `form[data-own]` it waits for that: the key vouches for the own keys with the fingerprints that are ticked there. Messages:
// making, ready, refused {reason}, failed, unavailable. Shows `[data-again]`, a button, when it failed, `[data-ready]`
// when it is done, in it the button `[data-make]` where no code came along, and `[data-later]` until a code is confirmed.
// Sets data-key-state: asking, making, ready, failed. Fires key:ready, and code:made {code}, on the document.
import { makeAccount } from "../lib/account.js";
import { errorsOf, SomebodyElse } from "../lib/http.js";
import { say } from "../lib/messages.js";
import { leadToConfirmation } from "../lib/reauthentication.js";

class AccountMaker extends HTMLElement {
  #connection = null;
  #hasBegun = false;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    this.addEventListener("click", ({ target }) => target.closest("[data-again]") && this.#make(), { signal });
    document.addEventListener("code:confirmed", () => (this.querySelector("[data-later]").hidden = true), { signal });
    this.addEventListener("submit", (event) => this.#submitted(event), { signal });
    if (!this.#hasBegun && !this.querySelector("[data-own]")) {
      this.#hasBegun = true;
      this.#make();
    }
  }

  disconnectedCallback() {
    this.#connection.abort();
  }

  #submitted(event) {
    if (event.target.matches("[data-own]")) {
      event.preventDefault();
      event.target.hidden = true;
      this.#make();
    }
  }

  async #make() {
    this.#tell("making");
    const kept = [...this.querySelectorAll("[data-own] :checked")].map(({ value }) => value);
    try {
      const { status, code } = await makeAccount(document.body.dataset.user, { name: this.dataset.name, kept });
      if (status.state !== "ready") {
        location.replace(this.dataset.add);
        return;
      }
      this.#tell("ready");
      document.dispatchEvent(new CustomEvent("key:ready", { detail: {} }));
      this.querySelector("[data-make]").parentElement.hidden = Boolean(code);
      if (code) {
        document.dispatchEvent(new CustomEvent("code:made", { detail: { code } }));
      }
    } catch (error) {
      if (!leadToConfirmation(error)) {
        this.#fail(error);
      }
    }
  }

  #fail(error) {
    const isRefused = error instanceof SomebodyElse || error.status === 422;
    const reason = isRefused ? errorsOf(error).first : null;
    const words = error.name === "Unavailable" ? "unavailable" : reason ? "refused" : "failed";
    this.#tell("failed", words, { reason });
  }

  #tell(state, words = state, values = {}) {
    this.dataset.keyState = state;
    say(this, words, values);
    this.querySelector("[data-again]").hidden = state !== "failed";
    this.querySelector("[data-ready]").hidden = state !== "ready";
  }
}

customElements.define("account-maker", AccountMaker);
