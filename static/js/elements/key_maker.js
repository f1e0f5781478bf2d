// <key-maker>: makes a key in this browser and uploads its public half. Attributes: data-action (where to POST),
// data-label, data-auto (at once, not at a click on `[data-create]`), data-next (where to go when ready).
// Messages: making, ready, refused {reason}, failed, unavailable. Sets data-key-state: making, ready, failed.
// Fires key:ready {fingerprint}.
import { errorsOf } from "../lib/errors_of.js";
import { HttpError, postForm } from "../lib/http.js";
import * as keyring from "../lib/keyring.js";
import { say } from "../lib/messages.js";

export class KeyMaker extends HTMLElement {
  #listening = false;

  connectedCallback() {
    if (!this.#listening) {
      this.#listening = true;
      this.#button?.addEventListener("click", () => this.#make());
      if (this.hasAttribute("data-auto")) {
        this.#make();
      }
    }
  }

  get #button() {
    return this.querySelector("[data-create]");
  }

  async #make() {
    if (this.dataset.keyState === "making" && this.#button?.disabled) {
      return;
    }
    this.#tell("making");
    try {
      const fingerprint = await this.#createAndUpload();
      this.#tell("ready");
      this.dispatchEvent(new CustomEvent("key:ready", { bubbles: true, detail: { fingerprint } }));
      if (this.dataset.next) {
        location.assign(this.dataset.next);
      }
    } catch (error) {
      const reason = error instanceof HttpError && error.status === 422 ? errorsOf(error).first : null;
      this.#tell("failed", error.name === "Unavailable" ? "unavailable" : reason ? "refused" : "failed", { reason });
    }
  }

  async #createAndUpload({ again = true } = {}) {
    const account = document.body.dataset.user;
    const { fingerprint, publicKeyPem } = await keyring.createKey(account);
    try {
      await postForm(this.dataset.action, { label: this.#label, public_key: publicKeyPem });
    } catch (error) {
      // A key of an earlier try can be one that was revoked meanwhile: then a fresh one is made, once.
      if (error instanceof HttpError && error.status === 422) {
        await keyring.settleKey(account, fingerprint);
        if (again && errorsOf(error).fields.public_key) {
          return this.#createAndUpload({ again: false });
        }
      }
      throw error;
    }
    await keyring.settleKey(account, fingerprint);
    return fingerprint;
  }

  get #label() {
    return this.querySelector('[name="label"]')?.value ?? this.dataset.label ?? "";
  }

  #tell(state, words = state, values = {}) {
    this.dataset.keyState = state;
    say(this, words, values);
    if (this.#button) {
      this.#button.disabled = state === "making";
      this.#button.hidden = state === "ready" && this.hasAttribute("data-auto");
      if (state === "failed") {
        this.#button.hidden = false;
      }
    }
  }
}

customElements.define("key-maker", KeyMaker);
