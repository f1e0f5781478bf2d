// <relative-time>: shows '3 minutes ago' in its <time datetime> for a week; the server's words become the title.
import { relativeTime } from "../lib/relative_time.js";

const MINUTE = 60_000; // milliseconds

class RelativeTime extends HTMLElement {
  #timer = null;
  #words = document.createElement("span");

  connectedCallback() {
    const time = this.querySelector("time[datetime]");
    if (time) {
      time.title ||= time.textContent.trim();
      this.#show(time);
      this.#timer = setInterval(() => this.#show(time), MINUTE);
    }
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #show(time) {
    const words = relativeTime(new Date(time.dateTime), new Date(), document.documentElement.lang);
    // On paper the style sheet shows the title in the place of these words.
    this.#words.textContent = words ?? time.title;
    time.replaceChildren(this.#words);
  }
}

customElements.define("relative-time", RelativeTime);
