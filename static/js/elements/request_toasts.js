// <request-toasts data-address data-count>: says what is new about read requests, in words that are fetched from
// `data-address` (with {request_id}): a live message names nothing but ids. Nothing is said of a post that is open
// here and shows its own news. It asks `data-count` how many wait when news have ended: of two answers in one moment
// the message with the older count can be the later one. Fires requests:counted {pending} on the document.
import { importPart } from "../lib/html.js";
import { getJson, getPage } from "../lib/http.js";
import { fill } from "../lib/messages.js";

const EVENTS = ["read_request.created", "read_request.approved", "read_request.rejected"];
const COUNTED = ["read_request.created", "read_request.closed"];
const PATIENCE = 500; // milliseconds without news

export class RequestToasts extends HTMLElement {
  #timer = null;
  #asked = 0;

  connectedCallback() {
    EVENTS.forEach((name) => document.addEventListener(name, this.#told));
    COUNTED.forEach((name) => document.addEventListener(name, this.#changed));
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    EVENTS.forEach((name) => document.removeEventListener(name, this.#told));
    COUNTED.forEach((name) => document.removeEventListener(name, this.#changed));
  }

  #told = async ({ type, detail: { request_id: id, post_id: post } }) => {
    const isShown = document.querySelector(`live-part[data-post="${CSS.escape(post)}"]`);
    if (isShown && type !== "read_request.created") {
      return;
    }
    try {
      const page = await getPage(fill(this.dataset.address, { request_id: String(id) }));
      const words = document.createDocumentFragment();
      words.append(...importPart(page.getElementById("toast-words")).childNodes);
      document.dispatchEvent(new CustomEvent("toast:show", { detail: { words } }));
    } catch {
      // Settled meanwhile, or no network: the lists and the badge tell the rest.
    }
  };

  #changed = () => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#count(), PATIENCE);
  };

  async #count() {
    this.#asked += 1;
    const asked = this.#asked;
    const answer = await getJson(this.dataset.count).catch(() => null);
    if (answer && asked === this.#asked) {
      document.dispatchEvent(new CustomEvent("requests:counted", { detail: answer }));
    }
  }
}

customElements.define("request-toasts", RequestToasts);
