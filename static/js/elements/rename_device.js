// <rename-device data-device-name>: `[data-open]` shows the form with the new name for the device with
// that fingerprint, which goes into the list of keyholders.
// Messages: failed, no-key.
import { changeKeyholders } from "../lib/account.js";
import { plainLine } from "../crypto/lines.js";
import { say } from "../lib/messages.js";
import { leadToConfirmation } from "../lib/reauthentication.js";

class RenameDevice extends HTMLElement {
  #connection = null;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    this.addEventListener("click", ({ target }) => target.closest("[data-open]") && this.#open(), { signal });
    this.addEventListener("submit", (event) => this.#submitted(event), { signal });
  }

  disconnectedCallback() {
    this.#connection.abort();
  }

  #open() {
    this.#show({ isOpen: true });
    this.querySelector("input").select();
  }

  #show({ isOpen }) {
    this.querySelector("form").hidden = !isOpen;
    this.querySelector("[data-open]").hidden = isOpen;
    this.querySelector(isOpen ? "input" : "[data-open]").focus();
  }

  async #submitted(event) {
    event.preventDefault();
    const name = plainLine(this.querySelector("input").value).trim();
    if (!name) {
      this.querySelector("input").focus();
      return;
    }
    try {
      await changeKeyholders(document.body.dataset.user, "prepareName", { fingerprint: this.dataset.deviceName, name });
      this.#show({ isOpen: false });
      document.dispatchEvent(new CustomEvent("keys.changed", { detail: {} }));
    } catch (error) {
      if (!leadToConfirmation(error)) {
        say(this, error.name === "NoAccountKey" ? "no-key" : "failed");
      }
    }
  }
}

customElements.define("rename-device", RenameDevice);
