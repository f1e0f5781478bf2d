// <toast-region>: short news at the edge. A live event for which it has a message becomes a toast, in a copy of the
// page's `template#toast` (with `.toast__text` and a `.toast__close` button). Other elements show one by firing
// toast:show {words} (a node) on the document.
import { message } from "../lib/messages.js";

const SHOWN = 8_000; // milliseconds
const MOST = 3;

export class ToastRegion extends HTMLElement {
  #names = [];

  connectedCallback() {
    this.#names = [...this.querySelectorAll("template[data-message]")].map((template) => template.dataset.message);
    this.#names.forEach((name) => document.addEventListener(name, this.#told));
    document.addEventListener("toast:show", this.#asked);
  }

  disconnectedCallback() {
    this.#names.forEach((name) => document.removeEventListener(name, this.#told));
    document.removeEventListener("toast:show", this.#asked);
  }

  #told = ({ type, detail }) => this.#show(message(this, type, detail));
  #asked = ({ detail: { words } }) => this.#show(words);

  #show(words) {
    const frame = document.getElementById("toast").content.firstElementChild;
    const toast = document.importNode(frame, true);
    toast.querySelector(".toast__text").append(words);
    toast.querySelector(".toast__close").addEventListener("click", () => toast.remove());
    this.append(toast);
    const toasts = this.querySelectorAll(".toast");
    [...toasts].slice(0, -MOST).forEach((old) => old.remove());
    this.#leave(toast);
  }

  // Whoever is reading it, or about to press its link, keeps it.
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
