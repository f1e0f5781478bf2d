// <page-closing>: closes an open page when its post, group, membership or session ends. Attributes: data-post,
// data-group (of this page). Messages: membership.ended, post.deleted and session.ended, for these live events, and
// page.gone, for when the server no longer has the page. Each holds a heading, which becomes the page's title. The
// element removes all of <main> but itself and the line that says that the page isn't live; a focus in <main> stays there.
import { announce, message } from "../lib/messages.js";

const EVENTS = ["membership.ended", "post.deleted", "session.ended", "page.gone"];

class PageClosing extends HTMLElement {
  #connection = null;
  #isClosed = false;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    EVENTS.forEach((name) => document.addEventListener(name, (event) => this.#told(event), { signal }));
  }

  disconnectedCallback() {
    this.#connection.abort();
  }

  #told(event) {
    const { post_id: post, group } = event.detail;
    const words = message(this, event.type);
    const isOther = (mine, theirs) => theirs !== undefined && mine !== theirs;
    if (!words || isOther(this.dataset.post, post) || isOther(this.dataset.group, group)) {
      return;
    }
    // This page says it, and nobody has to reload it.
    event.preventDefault();
    // The reason may come before or after the news that the page is gone.
    if (!this.#isClosed || post || group) {
      this.#close(words);
    }
  }

  #close(words) {
    this.#isClosed = true;
    const title = words.querySelector("[role=heading]").textContent.trim();
    const text = words.textContent;
    const main = this.closest("main");
    const hadFocus = main.contains(document.activeElement);
    main.classList.add("page--text");
    main.replaceChildren(...main.querySelectorAll("connection-line"), this, words);
    if (hadFocus) {
      main.focus();
    }
    // The badge keeps its number before the name.
    document.title = document.title.replace(/^(\(\d+\) )?.*(?= · )/, (whole, count = "") => count + title);
    announce(text.replace(/\s+/g, " "));
  }
}

customElements.define("page-closing", PageClosing);
