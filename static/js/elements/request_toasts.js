// <request-toasts data-address data-count>: says what is new about read requests, in words that are fetched from
// `data-address` (with {request_id}): a live message names nothing but ids. Nothing is said of a post that is open
// here and shows its own news. At the first connection it asks `data-count` how many wait, since one may have come
// while the page was made; fires requests:counted {pending} on the document.
import { importPart } from "../lib/html.js";
import { getJson, getPage } from "../lib/http.js";
import { fill } from "../lib/messages.js";

const EVENTS = ["read_request.created", "read_request.approved", "read_request.rejected"];

export class RequestToasts extends HTMLElement {
  connectedCallback() {
    EVENTS.forEach((name) => document.addEventListener(name, this.#told));
    document.addEventListener("live.connected", this.#connected);
  }

  disconnectedCallback() {
    EVENTS.forEach((name) => document.removeEventListener(name, this.#told));
    document.removeEventListener("live.connected", this.#connected);
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

  #connected = async ({ detail: { first } }) => {
    // Later ones make the badge itself fetch the page.
    const answer = first ? await getJson(this.dataset.count).catch(() => null) : null;
    if (answer) {
      document.dispatchEvent(new CustomEvent("requests:counted", { detail: answer }));
    }
  };
}

customElements.define("request-toasts", RequestToasts);
