// <relative-time>: its <time datetime> reads '3 minutes ago' for a week; the server's words become the title.
const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const WEEK = 7 * 86_400;

export class RelativeTime extends HTMLElement {
  #timer = null;

  connectedCallback() {
    const time = this.querySelector("time[datetime]");
    if (time) {
      time.title ||= time.textContent.trim();
      this.#show(time);
      this.#timer = setInterval(() => this.#show(time), 60_000);
    }
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #show(time) {
    const words = relative(new Date(time.dateTime), new Date(), document.documentElement.lang);
    time.textContent = words ?? time.title;
  }
}

/** '3 minutes ago' in the language, or null from a week on. A clock that is a little behind reads 'now'. */
export function relative(then, now, language) {
  const seconds = Math.max(0, (now - then) / 1000);
  if (seconds >= WEEK) {
    return null;
  }
  const format = new Intl.RelativeTimeFormat(language || undefined, { numeric: "auto" });
  const [unit, size] = UNITS.find(([, length]) => seconds >= length) ?? ["second", Infinity];
  return format.format(-Math.floor(seconds / size), unit);
}

if (globalThis.customElements) {
  customElements.define("relative-time", RelativeTime);
}
