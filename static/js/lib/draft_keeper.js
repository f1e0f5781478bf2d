// Keeps what somebody writes, a moment after each change and when the page is left, encrypted in this browser.
import * as keyring from "./keyring.js";

const MOMENT = 800; // milliseconds

export class DraftKeeper {
  #timer = null;
  #saving = Promise.resolve();
  #options;

  /** `read()` gives the draft as it is now, `told(error or null)` hears of every try to keep it. */
  constructor(options) {
    this.#options = options;
    this.isKept = true;
    this.isOver = false;
  }

  /** Keeps it when the page is hidden, and lets the browser ask before what is not yet kept is lost. */
  watchTheWayOut() {
    document.addEventListener("visibilitychange", () => this.keep());
    addEventListener("beforeunload", (event) => !this.isKept && event.preventDefault());
  }

  changed() {
    this.isKept = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.keep(), MOMENT);
  }

  async keep() {
    clearTimeout(this.#timer);
    if (this.isKept || this.isOver) {
      return;
    }
    const { account, slot, read, told } = this.#options;
    this.isKept = true;
    // One after the other, or an older text could be written last.
    this.#saving = this.#saving.then(() => keyring.saveDraft(account, slot, read())).then(
      () => told(null),
      (error) => {
        this.isKept = false;
        told(error);
      },
    );
    await this.#saving;
  }

  /** Keeps it at once, whether or not it changed. */
  async keepNow() {
    this.isKept = false;
    await this.keep();
  }

  async load() {
    return keyring.loadDraft(this.#options.account, this.#options.slot);
  }

  /** Throws the draft away; `over` where nothing more is to be kept. */
  async drop({ over = false } = {}) {
    clearTimeout(this.#timer);
    this.isKept = true;
    this.isOver = over;
    await this.#saving;
    await keyring.dropDraft(this.#options.account, this.#options.slot);
  }
}
