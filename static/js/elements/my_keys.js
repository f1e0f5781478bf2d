// <my-keys>: around a list of keys. Each `[data-fingerprint]` whose private key is in this browser gets data-here,
// its `[data-if-here]` is shown, and (X-Wing) its `[data-export]`, a button that downloads the private key as PEM.
// `[data-if-none-here]` is shown when none of those marked data-active is here.
// `form[data-import]` with a textarea brings a private key in.
// Messages: imported {fingerprint}, imported-unknown {fingerprint}, unacceptable, unavailable, exported.
// Fires key:imported {fingerprint, publicKeyPem}.
import * as keyring from "../lib/keyring.js";
import { say } from "../lib/messages.js";

const X_WING = "x-wing";

export class MyKeys extends HTMLElement {
  #changes = new MutationObserver(() => this.#mark());
  #keys = null;

  connectedCallback() {
    this.addEventListener("submit", this.#submitted);
    this.addEventListener("click", this.#clicked);
    document.addEventListener("key:ready", this.#refresh);
    this.#changes.observe(this, { childList: true, subtree: true });
    this.#refresh();
  }

  disconnectedCallback() {
    this.#changes.disconnect();
    document.removeEventListener("key:ready", this.#refresh);
  }

  get #account() {
    return document.body.dataset.user;
  }

  #refresh = async () => {
    // Where nothing can be kept, no key is here: the page says the rest.
    this.#keys = await keyring.fingerprints(this.#account).catch(() => []);
    this.#mark();
  };

  #mark() {
    if (!this.#keys) {
      return;
    }
    const here = new Map(this.#keys.map((key) => [key.fingerprint, key]));
    for (const item of this.querySelectorAll("[data-fingerprint]")) {
      const key = here.get(item.dataset.fingerprint);
      item.toggleAttribute("data-here", key !== undefined);
      for (const part of item.querySelectorAll("[data-if-here]")) {
        part.hidden = !key;
      }
      for (const button of item.querySelectorAll("[data-export]")) {
        button.hidden = key?.algorithm !== X_WING;
      }
    }
    const isHere = this.querySelector("[data-active][data-here]") !== null;
    for (const part of this.querySelectorAll("[data-if-none-here]")) {
      part.hidden = isHere;
    }
  }

  #submitted = async (event) => {
    if (!event.target.matches("[data-import]")) {
      return;
    }
    event.preventDefault();
    const field = event.target.querySelector("textarea");
    try {
      const key = await keyring.importKey(this.#account, field.value);
      field.value = "";
      await this.#refresh();
      const known = this.querySelector(`[data-fingerprint="${key.fingerprint}"]`);
      say(this, known ? "imported" : "imported-unknown", key);
      this.dispatchEvent(new CustomEvent("key:imported", { bubbles: true, detail: key }));
    } catch (error) {
      say(this, error.name === "UnacceptableKey" ? `unacceptable-${error.rule}` : "unavailable") ||
        say(this, "unacceptable");
      field.focus();
    }
  };

  #clicked = async (event) => {
    const button = event.target.closest("[data-export]");
    if (!button) {
      return;
    }
    const { fingerprint } = button.closest("[data-fingerprint]").dataset;
    try {
      const pem = await keyring.exportKey(this.#account, fingerprint);
      download(`secureblogs-${fingerprint.slice(0, 8)}.pem`, pem);
      say(this, "exported", { fingerprint });
    } catch {
      say(this, "unavailable");
    }
  };
}

function download(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/x-pem-file" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

customElements.define("my-keys", MyKeys);
