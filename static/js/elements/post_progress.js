// <post-progress>: how many keys of a post are wrapped. Attributes: data-post, data-wrapped, data-total.
// Holds a <progress>; message: progress {wrapped} {total}. Follows the live event post.progress.
import { say } from "../lib/messages.js";

export class PostProgress extends HTMLElement {
  connectedCallback() {
    document.addEventListener("post.progress", this.#changed);
    this.#show(Number(this.dataset.wrapped), Number(this.dataset.total));
  }

  disconnectedCallback() {
    document.removeEventListener("post.progress", this.#changed);
  }

  #changed = ({ detail: { post_id: post, wrapped, total } }) => {
    // Workers finish their batches in any order, and so may the news arrive.
    if (post === this.dataset.post && wrapped >= Number(this.dataset.wrapped)) {
      Object.assign(this.dataset, { wrapped, total });
      this.#show(wrapped, total);
    }
  };

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
