// <grant-button data-source data-action data-post>: approves a read request for that post at a click on its
// `[data-approve]`. The closest `[data-request-state]` gets the state that it ends in. Messages, of the closest
// <grant-requests>: working, one for each state, and those of lib/granting.js: other-post, other-keys,
// key-elsewhere {devices}, no-key, damaged, unavailable, offline, session-ended, failed. Fires request:settled {state} (bubbles).
import { grant, shownIn, wordsFor } from "../lib/granting.js";
import { keepFocus } from "../lib/keep_focus.js";
import { say } from "../lib/messages.js";

export class GrantButton extends HTMLElement {
  #working = null;

  connectedCallback() {
    this.addEventListener("click", this.#clicked);
  }

  /** Approves; the state that the request ends in. Says so, or what went wrong, which is thrown. */
  async approve() {
    this.#working ??= this.#approve().finally(() => {
      this.#working = null;
    });
    return this.#working;
  }

  #clicked = ({ target }) => {
    if (target.closest("[data-approve]")) {
      // What went wrong has been said.
      this.approve().catch(() => null);
    }
  };

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
      const { words, values } = wordsFor(error);
      this.#say(words, values);
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
    this.dispatchEvent(new CustomEvent("request:settled", { bubbles: true, detail: { state } }));
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
