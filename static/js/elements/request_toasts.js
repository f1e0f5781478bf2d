// <request-toasts data-address data-count>: says what is new about read requests. It fetches the words from
// `data-address` (with {request_id}), since a live message names nothing but ids, and says nothing about a post that is
// open here and shows its own news. After the last of several news it asks `data-count` how many requests wait: of two
// messages in one moment, the one with the older count can arrive later. Fires requests:counted {pending} on
// the document.
import { importPart } from "../lib/html.js";
import { getJson, getPage } from "../lib/http.js";
import { fill } from "../lib/messages.js";

const EVENTS = ["read_request.created", "read_request.approved", "read_request.rejected"];
const COUNTED = ["read_request.created", "read_request.closed"];
const PATIENCE = 500; // milliseconds without news

class RequestToasts extends HTMLElement {
  #connection = null;
  #timer = null;
  #asked = 0;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    EVENTS.forEach((name) => document.addEventListener(name, (event) => this.#told(event), { signal }));
    COUNTED.forEach((name) => document.addEventListener(name, () => this.#countLater(), { signal }));
  }

  disconnectedCallback() {
    this.#connection.abort();
    clearTimeout(this.#timer);
  }

  async #told({ type, detail: { request_id: id, post_id: post } }) {
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
      // The request was answered meanwhile, or the network is gone. The lists and the badge tell the rest.
    }
  }

  #countLater() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#count(), PATIENCE);
  }

  async #count() {
    this.#asked += 1;
    const asked = this.#asked;
    const answer = await getJson(this.dataset.count, { promised: ["pending"] }).catch(() => null);
    if (answer && asked === this.#asked) {
      document.dispatchEvent(new CustomEvent("requests:counted", { detail: answer }));
    }
  }
}

customElements.define("request-toasts", RequestToasts);
