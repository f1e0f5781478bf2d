// <post-progress>: how many keys of a post are wrapped. Attributes: data-post, data-wrapped, data-total.
// Holds a <progress>; message: progress {wrapped} {total}. Follows the live event post.progress.
import { say } from "../lib/messages.js";

class PostProgress extends HTMLElement {
  #connection = null;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    document.addEventListener("post.progress", ({ detail }) => this.#changed(detail), { signal });
    this.#show(Number(this.dataset.wrapped), Number(this.dataset.total));
  }

  disconnectedCallback() {
    this.#connection.abort();
  }

  #changed({ post_id: post, wrapped, total }) {
    // Workers finish their batches in any order, and their news may arrive in any order.
    if (post === this.dataset.post && wrapped >= Number(this.dataset.wrapped)) {
      Object.assign(this.dataset, { wrapped, total });
      this.#show(wrapped, total);
    }
  }

  #show(wrapped, total) {
    const bar = this.querySelector("progress");
    if (bar && total) {
      bar.max = total;
      bar.value = wrapped;
    }
    if (total) {
      say(this, "progress", { wrapped, total });
    }
  }
}

customElements.define("post-progress", PostProgress);
