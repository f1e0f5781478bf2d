// <post-list>: stands around a list of posts, and marks those that none of this browser's keys opens. Attributes:
// data-opens ('uid:fingerprint,fingerprint' for each post that some key of the reader opens), data-has-key (the reader
// has an active key in some browser). A marked post gets data-readable="elsewhere" and a line. Messages: elsewhere, that
// line; for the whole list no-key-here or other-key-here.
import { keysHere } from "../lib/keys_here.js";
import { message, say } from "../lib/messages.js";

class PostList extends HTMLElement {
  #isMarked = false;

  async connectedCallback() {
    if (this.#isMarked) {
      return;
    }
    this.#isMarked = true;
    const here = await keysHere(document.body.dataset.user);
    const opening = this.dataset.opens.match(/\S+/g) ?? [];
    const isHere = (keys) => keys.split(",").some((fingerprint) => here.has(fingerprint));
    const elsewhere = opening.map((post) => post.split(":")).filter(([, keys]) => !isHere(keys));
    elsewhere.forEach(([uid]) => this.#mark(this.querySelector(`#post-${uid}`).closest("[data-readable]")));
    if (elsewhere.length || (this.hasAttribute("data-has-key") && !here.size)) {
      say(this, here.size ? "other-key-here" : "no-key-here");
    }
  }

  #mark(post) {
    post.dataset.readable = "elsewhere";
    post.classList.add("contents__item--closed");
    const line = document.createElement("p");
    line.className = "contents__access";
    line.append(message(this, "elsewhere"));
    post.append(line);
  }
}

customElements.define("post-list", PostList);
