// <grant-button data-source data-action data-post>: approves a read request for that post at a click on its
// `[data-approve]`. The closest `[data-request-state]` gets the state that the request ends in. Messages, of the
// closest <grant-requests>: working, one for each state, and those of lib/granting.js: other-post, other-keys,
// key-elsewhere, no-key, damaged, unavailable, offline, session-ended, somebody-else, failed. Fires
// request:settled (bubbles).
import { grant, shownIn, wordsFor } from "../lib/granting.js";
import { keepFocus } from "../lib/keep_focus.js";
import { say } from "../lib/messages.js";

class GrantButton extends HTMLElement {
  #connection = null;
  #working = null;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    // The element has already said what went wrong.
    const approve = () => this.approve().catch(() => null);
    this.addEventListener("click", ({ target }) => target.closest("[data-approve]") && approve(), { signal });
  }

  disconnectedCallback() {
    this.#connection.abort();
  }

  /** Approves, and says what came of it. Resolves to the state that the request ends in, or rejects. */
  async approve() {
    this.#working ??= this.#approve().finally(() => {
      this.#working = null;
    });
    return this.#working;
  }

  async #approve() {
    const giveFocus = keepFocus(this);
    this.#wait(true);
    this.#say("working");
    try {
      const { source, action, post } = this.dataset;
      const shown = shownIn(this.closest("[data-request-state]"));
      const state = await grant(document.body.dataset.user, { source, action, shown, post });
      this.#settle(state);
      giveFocus(this.closest("[data-request-state]"));
      return state;
    } catch (error) {
      this.#say(wordsFor(error));
      this.#wait(false);
      giveFocus(this.querySelector("[data-approve]"));
      throw error;
    }
  }

  #settle(state) {
    this.#say(state);
    const card = this.closest("[data-request-state]");
    if (card) {
      card.dataset.requestState = state;
    }
    this.dispatchEvent(new CustomEvent("request:settled", { bubbles: true }));
  }

  #say(words, values = {}) {
    say(this, words, values, { of: this.closest("grant-requests") });
  }

  #wait(isWaiting) {
    const button = this.querySelector("[data-approve]");
    button.disabled = isWaiting;
    button.setAttribute("aria-busy", String(isWaiting));
  }
}

customElements.define("grant-button", GrantButton);
