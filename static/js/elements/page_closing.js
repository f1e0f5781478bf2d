// <page-closing>: ends the page that is open when what it shows ends. Attributes: data-post, data-group (what the page
// is about). Messages: membership.ended and post.deleted, for the live events that end it; session.ended; and page.gone,
// for when the page is fetched again and is no longer there. Each holds a heading, after which the page is renamed.
// All of <main> goes, but for this and what says that the page isn't live.
import { announce } from "../lib/announce.js";
import { message } from "../lib/messages.js";

const EVENTS = ["membership.ended", "post.deleted", "session.ended", "page.gone"];

export class PageClosing extends HTMLElement {
  #isClosed = false;

  connectedCallback() {
    EVENTS.forEach((name) => document.addEventListener(name, this.#told));
  }

  disconnectedCallback() {
    EVENTS.forEach((name) => document.removeEventListener(name, this.#told));
  }

  #told = (event) => {
    const { post_id: post, group } = event.detail;
    const words = message(this, event.type);
    const isOther = (mine, theirs) => theirs !== undefined && mine !== theirs;
    if (!words || isOther(this.dataset.post, post) || isOther(this.dataset.group, group)) {
      return;
    }
    // Said here: nobody has to reload the page to hear it.
    event.preventDefault();
    // That something ended it is known before the reason, or after.
    if (!this.#isClosed || post || group) {
      this.#close(words);
    }
  };

  #close(words) {
    this.#isClosed = true;
    const title = words.querySelector("[role=heading]").textContent.trim();
    const text = words.textContent;
    const main = this.closest("main");
    main.classList.add("page--text");
    main.replaceChildren(...main.querySelectorAll("connection-line"), this, words);
    // The badge keeps its number before the name.
    document.title = document.title.replace(/^(\(\d+\) )?.*(?= · )/, (whole, count = "") => count + title);
    announce(text.replace(/\s+/g, " "));
  }
}

customElements.define("page-closing", PageClosing);
