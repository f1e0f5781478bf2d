// <grant-button data-source data-action data-post data-revision>: approves a read request for that text at a click on its
// `[data-approve]`. The closest `[data-request-state]` gets the state that the request ends in; `data-person` of the same
// part is who asks, and data-name their name. Messages, of the closest <grant-requests>: working, one for each state, and
// those of lib/granting.js: other-post, revised, other-keys, key-elsewhere, key-problem, no-key, damaged, unavailable, offline, session-ended,
// somebody-else, failed, and those about a key that does not prove itself, as key-reset {name} {day}, in which
// `[data-approve-anyway]` approves all the same. Fires request:settled (bubbles).
import { grant, shownIn, valuesOf, wordsFor } from "../lib/granting.js";
import { keepFocus } from "../lib/keep_focus.js";
import { say } from "../lib/messages.js";

class GrantButton extends HTMLElement {
  #connection = null;
  #working = null;
  #mark = null;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    // The element has already said what went wrong.
    const approve = (trusted) => this.approve({ trusted }).catch(() => null);
    this.addEventListener("click", ({ target }) => target.closest("[data-approve]") && approve(null), { signal });
    this.addEventListener("click", ({ target }) => target.closest("[data-approve-anyway]") && approve(this.#mark), { signal });
  }

  disconnectedCallback() {
    this.#connection.abort();
  }

  /** An approval that is on its way, or null. */
  get working() {
    return this.#working;
  }

  /**
   * Approves, and says what came of it. Resolves to the state that the request ends in, or rejects. `trusted` is the mark of
   * a key that was said not to prove itself.
   */
  async approve({ trusted = null } = {}) {
    this.#working ??= this.#approve(trusted).finally(() => {
      this.#working = null;
    });
    return this.#working;
  }

  async #approve(trusted) {
    const giveFocus = keepFocus(this);
    this.#wait(true);
    this.#say("working");
    try {
      const { source, action, post, revision } = this.dataset;
      const { shown, person } = this.#asked;
      const state = await grant(document.body.dataset.user, { source, action, shown, post, revision, person, trusted });
      this.#settle(state);
      giveFocus(this.closest("[data-request-state]"));
      return state;
    } catch (error) {
      this.#mark = error.detail?.mark ?? null;
      this.#say(wordsFor(error), { name: this.#asked.name, ...valuesOf(error) });
      this.#wait(false);
      giveFocus(this.querySelector("[data-approve]"));
      throw error;
    }
  }

  get #asked() {
    const card = this.closest("[data-request-state]");
    const { person, name } = card.dataset;
    return { shown: shownIn(card), person, name };
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
