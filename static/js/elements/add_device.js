// <add-device data-site data-seconds>: on a device that holds the key. `[data-open]` shows a code for another device, in `[data-code]`
// and as a QR code in a <qr-code>, inside `[data-shown]`. When a device answers with it, its name stands in `[data-name]`
// of `[data-asked]`, with the buttons `[data-allow]` and `[data-refuse]`. `[data-end]` takes the code back. `data-site` is
// the address of the page for new browsers, `data-seconds` how long a code counts. Messages: opening, waiting, wrong,
// allowed, refused, ended, expired, failed, no-key.
import { Admission } from "../lib/adding.js";
import { keepFocus } from "../lib/keep_focus.js";
import { announce, say, sayNothing } from "../lib/messages.js";
import { leadToConfirmation } from "../lib/reauthentication.js";
import "./qr_code.js";

const EVENTS = ["admission.offered", "news.missed"];
// A message may be lost, and somebody waits in front of two screens.
const LOOK = 3_000; // milliseconds

class AddDevice extends HTMLElement {
  #connection = null;
  #admission = null;
  #offer = null;
  #timer = null;
  #looking = null;
  #isLooking = false;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    this.addEventListener("click", ({ target }) => this.#clicked(target), { signal });
    EVENTS.forEach((name) => document.addEventListener(name, () => this.#look(), { signal }));
  }

  disconnectedCallback() {
    this.#connection.abort();
    this.#stop();
  }

  async #clicked(target) {
    if (target.closest("[data-open]")) {
      await this.#try(() => this.#open());
    } else if (target.closest("[data-allow]")) {
      await this.#try(() => this.#finish("allowed", (admission) => admission.allow(this.#offer)));
    } else if (target.closest("[data-refuse]")) {
      await this.#try(() => this.#finish("refused", (admission) => admission.refuse(this.#offer)));
    } else if (target.closest("[data-end]")) {
      await this.#try(() => this.#finish("ended", (admission) => admission.end()));
    }
  }

  async #open() {
    say(this, "opening");
    const admission = new Admission(document.body.dataset.user);
    const code = await admission.open();
    this.#admission = admission;
    this.querySelector("[data-code]").textContent = code;
    this.querySelector("qr-code").show(`${this.dataset.site}${admission.uid}#${code.replaceAll("-", "")}`);
    this.#show("data-shown");
    this.querySelector("[data-shown]").scrollIntoView({ block: "nearest" });
    say(this, "waiting");
    // By this device's own clock. The site counts by its own, which may show another time, and says so when it is asked.
    this.#timer = setTimeout(() => this.#over("expired"), Number(this.dataset.seconds) * 1_000);
    this.#looking = setInterval(() => this.#look(), LOOK);
  }

  async #look() {
    // An answer may take longer than the pause until the next look.
    if (!this.#admission || this.#offer || this.#isLooking) {
      return;
    }
    this.#isLooking = true;
    await this.#try(async () => {
      const { state, offer, isWrong } = await this.#admission.look();
      if (!this.#admission || this.#offer) {
        return;
      }
      if (offer) {
        this.#offer = offer;
        this.querySelector("[data-name]").textContent = offer.name;
        const asked = this.querySelector("[data-asked]");
        this.#show("data-asked");
        sayNothing(this);
        // With the focus a screen reader says it by itself.
        asked === document.activeElement || announce(asked.textContent);
      } else if (state !== "open") {
        this.#over(state === "expired" ? state : "ended");
      } else if (isWrong) {
        say(this, "wrong");
      }
    });
    this.#isLooking = false;
  }

  async #finish(words, act) {
    await act(this.#admission);
    this.#over(words);
  }

  #stop() {
    clearTimeout(this.#timer);
    clearInterval(this.#looking);
  }

  #over(words) {
    this.#stop();
    this.#admission?.drop();
    this.#admission = null;
    this.#offer = null;
    this.#show(null);
    this.querySelector("[data-code]").textContent = "";
    say(this, words);
  }

  #show(shown) {
    const giveFocus = keepFocus(this);
    for (const part of ["data-shown", "data-asked"]) {
      this.querySelector(`[${part}]`).hidden = part !== shown;
    }
    this.querySelector("[data-open]").hidden = shown !== null;
    giveFocus(this.querySelector(`[${shown ?? "data-open"}]`));
  }

  async #try(act) {
    try {
      await act();
    } catch (error) {
      if (error.name === "CodeOver") {
        this.#over("expired");
      } else if (error.status === 409 && this.#offer) {
        // The site had it end before, or another list came between. The next look finds out which.
        this.#offer = null;
        this.#show("data-shown");
        await this.#look();
      } else if (!leadToConfirmation(error)) {
        say(this, error.name === "NoAccountKey" ? "no-key" : "failed");
      }
    }
  }
}

customElements.define("add-device", AddDevice);
