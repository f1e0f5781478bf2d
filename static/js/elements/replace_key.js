// <replace-key data-cause data-next>: around the form that replaces the account's key. Its checkboxes have the fingerprints
// of holders and own keys as values, and `data-added`, when each came; a choice of "Since" in `[name=when]` unticks what
// came after the time in `[name=since]`. `data-next` is the page after it. After a failed self-check `<key-problem>`
// says what was found, only those can be ticked whom this browser remembers, and where it can replace nothing, the form
// gives way to `[data-if-stuck]`. Messages: replacing, failed, no-key.
import { replaceKey } from "../lib/account.js";
import * as keyring from "../lib/keyring.js";
import { say } from "../lib/messages.js";
import { leadToConfirmation } from "../lib/reauthentication.js";

class ReplaceKey extends HTMLElement {
  #connection = null;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    this.#fixThis();
    this.addEventListener("change", ({ target }) => target.matches("[name=when], [name=since]") && this.#untick(), { signal });
    this.addEventListener("submit", (event) => this.#submitted(event), { signal });
  }

  disconnectedCallback() {
    this.#connection.abort();
  }

  // Whoever replaces the key goes on to hold it.
  async #fixThis() {
    const status = await keyring.loadAccount(document.body.dataset.user).catch(() => null);
    if (status?.findings.length > 0) {
      this.#showProblem(status);
    }
    const box = this.querySelector(`[value="${status?.device}"]`);
    if (box) {
      Object.assign(box, { checked: true, disabled: true });
    }
  }

  // The server's word for who holds the key counts for nothing then, and an own key may be one that was revoked.
  #showProblem({ findings: [finding], canReplace, remembered }) {
    const problem = this.querySelector("key-problem");
    problem.hidden = false;
    say(problem, finding);
    this.querySelector(canReplace ? "[data-if-mendable]" : "[data-if-stuck]").hidden = false;
    this.querySelector("form").hidden = !canReplace;
    for (const box of this.querySelectorAll("[data-added]")) {
      const isRemembered = remembered?.includes(box.value);
      box.checked &&= isRemembered;
      box.disabled = !isRemembered && !box.hasAttribute("data-own");
    }
  }

  #untick() {
    const { when, since } = this.querySelector("form").elements;
    const from = when.value === "since" && since.value ? new Date(since.value) : null;
    for (const box of this.querySelectorAll("[data-added]:enabled")) {
      box.checked = !box.hasAttribute("data-lost") && !(from && new Date(box.dataset.added) >= from);
    }
  }

  async #submitted(event) {
    event.preventDefault();
    say(this, "replacing");
    const kept = [...this.querySelectorAll("[data-added]:checked")].map((box) => box.value);
    try {
      await replaceKey(document.body.dataset.user, { cause: this.dataset.cause, kept });
      location.assign(this.dataset.next);
    } catch (error) {
      if (!leadToConfirmation(error)) {
        say(this, error.name === "NoAccountKey" ? "no-key" : "failed");
      }
    }
  }
}

customElements.define("replace-key", ReplaceKey);
