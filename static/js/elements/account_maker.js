// <account-maker data-name data-add>: makes the account key of a person who has none, with this browser as its device,
// and a recovery code. `data-name` names the browser, `data-add` is the page for a browser that holds no key. Messages:
// making, ready, refused {reason}, failed, unavailable. Shows `[data-again]`, a button, when it failed, and `[data-ready]`
// when it is done. Sets data-key-state: making, ready, failed. Fires key:ready, and code:made {code}, on the document.
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
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      this.#make();
    }
  }

  disconnectedCallback() {
    this.#connection.abort();
  }

  async #make() {
    this.#tell("making");
    try {
      const { status, code } = await makeAccount(document.body.dataset.user, { name: this.dataset.name });
      if (status.state !== "ready") {
        location.replace(this.dataset.add);
        return;
      }
      this.#tell("ready");
      document.dispatchEvent(new CustomEvent("key:ready", { detail: {} }));
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
