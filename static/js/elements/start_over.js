// <start-over data-name>: on a browser that holds no key of its person, who lost every device and has no recovery code.
// `form[data-begin]` in a dialog asks for a new key; its checked `[name=own]` are the own keys that go on. `data-name` names
// the browser. `[data-offer]` is hidden while what was asked for waits, and `[data-owed]`, with a <recovery-code>, shows
// when it is done. Sets data-start: waiting, stopped, done or none. Messages: starting, waiting {asked} {due}, stopped, done,
// refused {reason}, failed, unavailable. Fires key:ready {words: "started-over"} on the document.
import { startOver } from "../lib/account.js";
import { momentOf } from "../lib/days.js";
import { errorsOf } from "../lib/http.js";
import * as keyring from "../lib/keyring.js";
import { say } from "../lib/messages.js";
import { leadToConfirmation } from "../lib/reauthentication.js";

const EVENTS = ["keys.changed", "news.missed"];

class StartOver extends HTMLElement {
  #connection = null;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    this.addEventListener("submit", (event) => this.#submitted(event), { signal });
    EVENTS.forEach((name) => document.addEventListener(name, () => this.#lookAgain(), { signal }));
    this.#look(keyring.loadAccount);
  }

  disconnectedCallback() {
    this.#connection.abort();
  }

  get #account() {
    return document.body.dataset.user;
  }

  #lookAgain() {
    if (this.dataset.start === "waiting") {
      this.#look(keyring.reloadAccount);
    }
  }

  async #look(load) {
    // Without an answer the page stays as it is; the next event looks again.
    await load(this.#account).then((status) => this.#show(status)).catch(() => null);
  }

  async #submitted(event) {
    if (!event.target.matches("[data-begin]")) {
      return;
    }
    event.preventDefault();
    const own = [...event.target.querySelectorAll("[name=own]:checked")].map(({ value }) => value);
    event.target.closest("dialog").close();
    say(this, "starting");
    try {
      await this.#show(await startOver(this.#account, { name: this.dataset.name, own }));
      if (this.dataset.start === "done") {
        // As after a sign-up, the code comes along with the key.
        this.querySelector("recovery-code [data-make]").click();
      } else if (this.dataset.start !== "waiting") {
        say(this, "failed");
      }
    } catch (error) {
      if (!leadToConfirmation(error)) {
        const { first: reason } = errorsOf(error);
        say(this, error.name === "Unavailable" ? "unavailable" : reason ? "refused" : "failed", { reason });
      }
    }
  }

  async #show({ state }) {
    const over = state === "none" ? { state } : await keyring.prepare(this.#account, "startingOver");
    const before = this.dataset.start;
    this.dataset.start = over.state;
    this.querySelector("[data-offer]").hidden = over.state === "waiting";
    // While somebody writes the code down it stays.
    this.querySelector("[data-owed]").hidden &&= over.state !== "done";
    if (over.state === "none") {
      this.querySelector("[data-says]").hidden = true;
    } else if (over.state !== before) {
      say(this, over.state, { asked: momentOf(over.askedAt), due: momentOf(over.dueAt) });
    }
    if (over.state === "done" && before !== "done") {
      document.dispatchEvent(new CustomEvent("key:ready", { detail: { words: "started-over" } }));
    }
  }
}

customElements.define("start-over", StartOver);
