// <kept-here>: says whether this browser promised to keep the keys that it holds for its person, and nothing while it holds
// none. `[data-ask]`, a button in `[data-unkept]`, asks it once more. Messages: kept, unkept, refused.
import { keysHere } from "../lib/keys_here.js";
import { say } from "../lib/messages.js";

class KeptHere extends HTMLElement {
  #connection = null;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    this.addEventListener("click", ({ target }) => target.closest("[data-ask]") && this.#ask(), { signal });
    document.addEventListener("key:ready", () => this.#look(), { signal });
    this.#look();
  }

  disconnectedCallback() {
    this.#connection.abort();
  }

  async #look() {
    const here = await keysHere(document.body.dataset.user);
    if (here.size > 0) {
      this.#show(await answerOf("persisted"), "unkept");
    }
  }

  async #ask() {
    this.#show(await answerOf("persist"), "refused");
  }

  #show(isKept, otherwise) {
    say(this, isKept ? "kept" : otherwise);
    this.querySelector("[data-unkept]").hidden = isKept || otherwise === "refused";
  }
}

async function answerOf(question) {
  return (await navigator.storage?.[question]?.().catch(() => false)) ?? false;
}

customElements.define("kept-here", KeptHere);
