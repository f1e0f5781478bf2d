// <ask-elsewhere data-missing>: stands beside a <decrypted-post> whose reader lacks a wrapped key for some of their own
// keys: `data-missing` has their fingerprints. Where this browser can't open the post but has one of these, the element
// shows `template[data-content=here]`, the way to ask.
import { restoreForms } from "../lib/forms.js";
import { keysHere } from "../lib/keys_here.js";
import { onceLocked } from "../lib/locked_post.js";

class AskElsewhere extends HTMLElement {
  #waiting = null;
  #isShown = false;

  connectedCallback() {
    this.#waiting = onceLocked(this, "NoKeyHere", () => this.#show());
  }

  disconnectedCallback() {
    this.#waiting.abort();
  }

  async #show() {
    if (this.#isShown) {
      return;
    }
    this.#isShown = true;
    const here = await keysHere(document.body.dataset.user);
    if (this.dataset.missing.split(" ").some((missing) => here.has(missing))) {
      this.append(document.importNode(this.querySelector("template[data-content=here]").content, true));
      restoreForms(this);
    }
  }
}

customElements.define("ask-elsewhere", AskElsewhere);
