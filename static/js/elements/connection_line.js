// <connection-line hidden>: says that the page isn't live, once the socket has been away for a while, and that the
// session ended, and why if the server said so, or that a script of the page did not load. Messages: lost, ended,
// ended-account-deleted, ended-password, ended-device-lost, ended-somebody-else, not-loaded.
import { announce, said, say } from "../lib/messages.js";

const ENDED = {
  account_deleted: "ended-account-deleted",
  device_lost: "ended-device-lost",
  password: "ended-password",
  somebody_else: "ended-somebody-else",
};
const PATIENCE = 5_000; // milliseconds: a server that restarts is back before that

class ConnectionLine extends HTMLElement {
  #connection = null;
  #timer = null;
  #isOver = false;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    document.addEventListener("live.lost", () => this.#lost(), { signal });
    document.addEventListener("live.connected", () => this.#connected(), { signal });
    document.addEventListener("session.ended", ({ detail }) => this.#ended(detail?.reason), { signal });
    document.addEventListener("script.missing", () => this.#say("not-loaded"), { signal });
  }

  disconnectedCallback() {
    this.#connection.abort();
    clearTimeout(this.#timer);
  }

  #lost() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#say("lost"), PATIENCE);
  }

  #connected() {
    clearTimeout(this.#timer);
    this.hidden ||= said(this) !== "not-loaded";
  }

  #ended(reason) {
    clearTimeout(this.#timer);
    // A part of the page that finds its session ended knows no reason, and may say so before or after the socket.
    if (ENDED[reason] || !this.#isOver) {
      this.#isOver = true;
      this.#show(ENDED[reason] ?? "ended");
    }
  }

  #say(words) {
    if (!this.#isOver) {
      this.#show(words);
    }
  }

  #show(words) {
    this.hidden = false;
    say(this, words);
    announce(this.querySelector("[data-says]")?.textContent ?? "");
  }
}

customElements.define("connection-line", ConnectionLine);
