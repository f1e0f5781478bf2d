// <add-browser data-name data-next data-admission>: on a browser that holds no key of its person. `form[data-code-form]`
// takes the code of another device, `form[data-recovery-form]` a recovery code; `data-admission` is the admission of the
// address, if it names one, and its code stands behind the `#`. `data-next` is where a browser that holds the key goes on
// to at once; without it the page stays. Sets data-key-state: looking, missing, none, removed, waiting, ready. Shows the parts with
// data-if="<state> ...". Messages: missing, none, removed, broken, sending, waiting, wrong, refused, over, nobody, wrong-answer,
// ready, code-letters, code-length, code-checksum, other-code, not-endorsed, failed, unavailable. Fires key:ready.
import { recover, wordsForCode } from "../lib/account.js";
import { Offer, openAdmission } from "../lib/adding.js";
import { takeCode } from "../lib/carried_code.js";
import * as keyring from "../lib/keyring.js";
import { say } from "../lib/messages.js";
import { leadToConfirmation } from "../lib/reauthentication.js";

const EVENTS = ["admission.answered", "news.missed"];
// A message may be lost, and somebody waits in front of two screens.
const LOOK = 3_000; // milliseconds
const STATES = { "other-key": "missing", removed: "removed", none: "none" };
const WORDS = { WrongAnswer: "wrong-answer", Unavailable: "unavailable" };

class AddBrowser extends HTMLElement {
  #connection = null;
  #offer = null;
  #looking = null;

  async connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    this.addEventListener("submit", (event) => this.#submitted(event), { signal });
    EVENTS.forEach((name) => document.addEventListener(name, () => this.#look(), { signal }));
    await this.#try(() => this.#start());
  }

  disconnectedCallback() {
    this.#connection.abort();
    clearInterval(this.#looking);
  }

  get #account() {
    return document.body.dataset.user;
  }

  async #start() {
    const code = takeCode();
    const { state } = await keyring.loadAccount(this.#account);
    if (state === "ready" && this.dataset.next) {
      location.replace(this.dataset.next);
      return;
    }
    if (state === "ready") {
      this.#ready();
      return;
    }
    this.#tell(STATES[state] ?? "missing", STATES[state] ?? "broken");
    if (code) {
      this.querySelector("[data-code-form] input").value = code;
      await this.#send(code);
    }
  }

  async #submitted(event) {
    const form = event.target.closest("[data-code-form], [data-recovery-form]");
    if (!form) {
      return;
    }
    event.preventDefault();
    const typed = form.querySelector("input").value;
    const isCode = form.matches("[data-code-form]");
    await this.#try(() => (isCode ? this.#send(typed) : this.#recover(typed)), form);
  }

  async #send(typed) {
    say(this, "sending");
    const uid = this.dataset.admission || (await openAdmission());
    if (!uid) {
      say(this, "nobody");
      return;
    }
    const offer = new Offer(this.#account, uid);
    await offer.make({ typed, name: this.dataset.name });
    this.#offer = offer;
    this.#tell("waiting");
    clearInterval(this.#looking);
    this.#looking = setInterval(() => this.#look(), LOOK);
    await this.#look();
  }

  async #look() {
    if (!this.#offer) {
      return;
    }
    await this.#try(async () => {
      const state = await this.#offer.look();
      if (!this.#offer) {
        return;
      }
      if (state === "ready") {
        this.#ready();
      } else if (state !== "waiting") {
        this.#offer = null;
        this.#tell("missing", state);
      }
    });
  }

  async #recover(typed) {
    say(this, "sending");
    const { state } = await recover(this.#account, { typed, name: this.dataset.name });
    if (state === "ready") {
      this.#ready();
    } else {
      say(this, "failed");
    }
  }

  #ready() {
    this.#offer = null;
    this.#tell("ready");
    document.dispatchEvent(new CustomEvent("key:ready", { detail: {} }));
  }

  #tell(state, words = state) {
    this.dataset.keyState = state;
    for (const part of this.querySelectorAll("[data-if]")) {
      part.hidden = !part.dataset.if.split(" ").includes(state);
    }
    say(this, words);
  }

  async #try(act, form = null) {
    try {
      form?.querySelector("input").setAttribute("aria-invalid", "false");
      await act();
    } catch (error) {
      if (leadToConfirmation(error)) {
        return;
      }
      if (this.dataset.keyState === "waiting" || this.dataset.keyState === "looking") {
        this.#tell("missing", "missing");
      }
      const isOver = error.status === 409 || error.status === 404;
      say(this, wordsForCode(error) ?? WORDS[error.name] ?? (isOver ? "over" : "failed"));
      if (wordsForCode(error)) {
        form?.querySelector("input").setAttribute("aria-invalid", "true");
        form?.querySelector("input").focus();
      }
    }
  }
}

customElements.define("add-browser", AddBrowser);
