// <toast-region>: short news at the edge. A live event for which it has a message becomes a toast, in a copy of the
// page's `template#toast` (with `.toast__text` and a `.toast__close` button); the toast of a message with data-stays
// is there until somebody closes it, whatever comes after it. Other elements show one by firing
// toast:show {words} (a node) on the document.
import { message } from "../lib/messages.js";

const SHOWN = 8_000; // milliseconds
const MOST = 3;

class ToastRegion extends HTMLElement {
  #connection = null;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    for (const { dataset } of this.querySelectorAll("template[data-message]")) {
      const told = ({ type, detail }) => this.#show(message(this, type, detail), { stays: dataset.stays !== undefined });
      document.addEventListener(dataset.message, told, { signal });
    }
    document.addEventListener("toast:show", ({ detail: { words } }) => this.#show(words), { signal });
  }

  disconnectedCallback() {
    this.#connection.abort();
  }

  #show(words, { stays = false } = {}) {
    const frame = document.getElementById("toast").content.firstElementChild;
    const toast = document.importNode(frame, true);
    toast.querySelector(".toast__text").append(words);
    toast.querySelector(".toast__close").addEventListener("click", () => toast.remove());
    this.append(toast);
    if (stays) {
      return;
    }
    toast.toggleAttribute("data-passes", true);
    const passing = this.querySelectorAll("[data-passes]");
    [...passing].slice(0, -MOST).forEach((old) => old.remove());
    this.#leave(toast);
  }

  // A toast stays while somebody points at it or has the focus in it.
  #leave(toast) {
    setTimeout(() => {
      if (toast.matches(":hover, :focus-within")) {
        this.#leave(toast);
      } else {
        toast.remove();
      }
    }, SHOWN);
  }
}

customElements.define("toast-region", ToastRegion);
