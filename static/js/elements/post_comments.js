// <post-comments>: what is said under a post. Attributes: data-post, data-group, data-comments and data-write (addresses),
// data-count. Once the post is open, and takes comments, its field comes into `[data-writing]`. All else is in lib/comments.js, which
// comes with the first comments when somebody comes near them, or into the field. Messages: no-thread, not-loaded.
import { say } from "../lib/messages.js";

const NEAR = "600px 0px";

class PostComments extends HTMLElement {
  #connection = null;
  #near = null;
  #loading = null;
  #comments = null;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    const { post } = this.dataset;
    document.addEventListener("post:opened", () => this.#begin(), { signal });
    document.addEventListener("comment.changed", ({ detail }) => detail.post_id === post && this.#tell((comments) => comments.changed(detail.comment_id)), { signal });
    document.addEventListener("news.missed", () => this.#loading && this.#tell((comments) => comments.refresh()), { signal });
    addEventListener("hashchange", () => isNamed() && this.#tell((comments) => comments.follow()), { signal });
    this.addEventListener("focusin", ({ target }) => target.matches("[data-field]") && this.#load(), { signal });
    this.addEventListener("submit", (event) => this.#submitted(event), { signal });
    this.#begin();
  }

  disconnectedCallback() {
    this.#connection.abort();
    this.#near?.disconnect();
  }

  #begin() {
    const { thread } = document.querySelector("decrypted-post")?.dataset ?? {};
    const form = this.querySelector('[data-part="new"]');
    if (thread === "no") {
      say(this, "no-thread");
    }
    if (thread !== "yes" || !form) {
      return;
    }
    if (!this.#writing.firstChild) {
      this.#writing.append(document.importNode(form.content, true));
    }
    if (isNamed()) {
      this.#load();
    } else if (!this.#loading && this.dataset.count !== "0") {
      const came = (entries) => entries.some(({ isIntersecting }) => isIntersecting) && this.#load();
      this.#near = new IntersectionObserver(came, { rootMargin: NEAR });
      this.#near.observe(this);
    }
  }

  // Who can't read the post is told nothing but the number, when the page comes anew.
  #tell(what) {
    if (this.#writing.firstChild) {
      this.#load().then((comments) => comments && what(comments));
    }
  }

  get #writing() {
    return this.querySelector("[data-writing]");
  }

  // A form that is sent before its script is there waits for it.
  #submitted(event) {
    event.preventDefault();
    this.#load().then((comments) => comments?.submitted(event.target));
  }

  #load() {
    this.#near?.disconnect();
    this.#loading ??= this.#start().catch(() => {
      this.#loading = null;
      say(this, "not-loaded");
    });
    return this.#loading;
  }

  async #start() {
    const { Comments } = await import("../lib/comments.js");
    this.#comments ??= new Comments(this);
    await this.#comments.begin();
    return this.#comments;
  }
}

// The address names a comment.
function isNamed() {
  return location.hash.startsWith("#comment-");
}

customElements.define("post-comments", PostComments);
