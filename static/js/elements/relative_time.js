// <relative-time>: its <time datetime> reads '3 minutes ago' for a week; the server's words become the title.
import { relativeTime } from "../lib/relative_time.js";

const MINUTE = 60_000; // milliseconds

export class RelativeTime extends HTMLElement {
  #timer = null;

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
    time.textContent = words ?? time.title;
  }
}

customElements.define("relative-time", RelativeTime);
