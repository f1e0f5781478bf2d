// <connection-line hidden>: says that the page isn't live, once the socket has been away for a while, and that the
// session ended. Messages: lost, ended.
import { announce } from "../lib/announce.js";
import { say } from "../lib/messages.js";

const PATIENCE = 5_000; // milliseconds: a server that restarts is back before that

export class ConnectionLine extends HTMLElement {
  #timer = null;
  #ended = false;

  connectedCallback() {
    document.addEventListener("live.lost", this.#lost);
    document.addEventListener("live.connected", this.#connected);
    document.addEventListener("session.ended", this.#over);
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    document.removeEventListener("live.lost", this.#lost);
    document.removeEventListener("live.connected", this.#connected);
    document.removeEventListener("session.ended", this.#over);
  }

  #lost = () => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#say("lost"), PATIENCE);
  };

  #connected = () => {
    clearTimeout(this.#timer);
    this.hidden = true;
  };

  #over = () => {
    clearTimeout(this.#timer);
    this.#ended = true;
    this.#say("ended");
  };

  #say(words) {
    if (words === "ended" || !this.#ended) {
      this.hidden = false;
      say(this, words);
      announce(this.querySelector("[data-says]")?.textContent ?? "");
    }
  }
}

customElements.define("connection-line", ConnectionLine);
