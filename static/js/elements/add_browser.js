// <add-browser data-name data-next data-admission>: on a browser that holds no key of its person. `form[data-code-form]`
// takes the code of another device, `form[data-recovery-form]` a recovery code; `data-admission` is the admission of the
// address, if it names one, and its code stands behind the `#`. `data-next` is where a browser that holds the key goes on
// to at once; without it the page stays. Sets data-key-state: looking, missing, none, removed, waiting, ready. Shows the parts with
// data-if="<state> ...", and is ready after a key:ready {words} of an element inside. Messages: missing, none, removed,
// removed-on {day}, reset, broken, started-over, sending, waiting, wrong, refused, over, nobody, wrong-answer,
// ready, code-letters, code-length, code-checksum, other-code, not-endorsed, failed, unavailable. Fires key:ready.
import "./start_over.js";
import { recover, wordsForCode } from "../lib/account.js";
import { Offer, openAdmission } from "../lib/adding.js";
import { takeCode } from "../lib/carried_code.js";
import { dayOf } from "../lib/days.js";
import { explain } from "../lib/field_errors.js";
import { leaveHidden } from "../lib/keep_focus.js";
import * as keyring from "../lib/keyring.js";
import { message, say } from "../lib/messages.js";
import { leadToConfirmation } from "../lib/reauthentication.js";

const EVENTS = ["admission.answered", "news.missed"];
// A message may be lost, and somebody waits in front of two screens.
const LOOK = 3_000; // milliseconds
const STATES = { "other-key": "missing", removed: "removed", none: "none" };
const WORDS = { WrongAnswer: "wrong-answer", CodeOver: "over", Unavailable: "unavailable" };

class AddBrowser extends HTMLElement {
  #account = document.body.dataset.user;
  #connection = null;
  #offer = null;
  #looking = null;
  #isLooking = false;
  #told = [];

  async connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    this.addEventListener("submit", (event) => this.#submitted(event), { signal });
    EVENTS.forEach((name) => document.addEventListener(name, () => this.#look(), { signal }));
    document.addEventListener("key:ready", ({ detail }) => this.#tell("ready", detail.words), { signal });
    await this.#try(() => this.#start());
  }

  disconnectedCallback() {
    this.#connection.abort();
    clearInterval(this.#looking);
  }

  async #start() {
    const code = takeCode();
    const { state, findings, at } = await keyring.loadAccount(this.#account);
    if (state === "ready") {
      this.dataset.next ? location.replace(this.dataset.next) : this.#ready();
      return;
    }
    const words = at ? "removed-on" : (STATES[state] ?? (findings.includes("reset") ? "reset" : "broken"));
    this.#tell(STATES[state] ?? "missing", words, { day: dayOf(at) });
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
    const field = form.querySelector("input");
    await this.#try(() => (form.matches("[data-code-form]") ? this.#send(field.value) : this.#recover(field.value)), field);
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
    // An answer may take longer than the pause until the next look.
    if (!this.#offer || this.#isLooking) {
      return;
    }
    this.#isLooking = true;
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
    this.#isLooking = false;
  }

  async #recover(typed) {
    say(this, "sending");
    const { state } = await recover(this.#account, { typed, name: this.dataset.name });
    state === "ready" ? this.#ready() : say(this, "failed");
  }

  #ready() {
    this.#offer = null;
    document.dispatchEvent(new CustomEvent("key:ready", { detail: {} }));
  }

  #tell(state, words = state, values = {}) {
    this.dataset.keyState = state;
    for (const part of this.querySelectorAll("[data-if]")) {
      part.hidden = !part.dataset.if.split(" ").includes(state);
    }
    leaveHidden(this, this.querySelector("[data-if]:not([hidden]) :is(input, a)") ?? this);
    this.#told = [words, values];
    say(this, words, values);
  }

  async #try(act, field = null) {
    try {
      field && explain(field, null);
      await act();
    } catch (error) {
      if (leadToConfirmation(error)) {
        return;
      }
      const words = wordsForCode(error) ?? WORDS[error.name] ?? ([404, 409].includes(error.status) ? "over" : "failed");
      // Whoever waits for the other device goes on waiting while the site does not answer.
      if (words !== "failed") {
        this.#offer = null;
      }
      if (["waiting", "looking"].includes(this.dataset.keyState) && !this.#offer) {
        this.#tell("missing", "missing");
      }
      const isTyped = field && wordsForCode(error);
      say(this, ...(isTyped ? this.#told : [words]));
      isTyped && explain(field, message(this, words));
    }
  }
}

customElements.define("add-browser", AddBrowser);
