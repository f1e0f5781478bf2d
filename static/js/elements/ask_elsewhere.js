// <ask-elsewhere data-missing>: beside a <decrypted-post> that another key of the reader's opens. Then it shows
// `template[data-content=here]`, the way to ask, if a key of this browser is among `data-missing` (fingerprints of
// keys that the post is not wrapped for), or `template[data-content=nowhere]`, the way to make one.
import * as keyring from "../lib/keyring.js";

export class AskElsewhere extends HTMLElement {
  #isShown = false;

  connectedCallback() {
    document.addEventListener("post:locked", this.#locked);
    this.#locked();
  }

  disconnectedCallback() {
    document.removeEventListener("post:locked", this.#locked);
  }

  #locked = async () => {
    const post = this.closest("article").querySelector("decrypted-post");
    if (post?.dataset.locked !== "NoKeyHere" || this.#isShown) {
      return;
    }
    this.#isShown = true;
    const keys = await keyring.fingerprints(document.body.dataset.user).catch(() => []);
    const missing = new Set(this.dataset.missing.split(" "));
    const content = keys.some((key) => missing.has(key.fingerprint)) ? "here" : "nowhere";
    this.append(document.importNode(this.querySelector(`template[data-content=${content}]`).content, true));
  };
}

customElements.define("ask-elsewhere", AskElsewhere);
