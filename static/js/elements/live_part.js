// <live-part id>: a part of the page that is fetched again when something changed, and takes its new children from
// the part with the same id. Attributes: data-on (names of events on the document), data-post and data-group (only
// events about these). After news.missed every part is fetched. Inside: `[id][data-keep]` stays while its data-keep is
// the same; `[data-announce]` is read out when its text changed. Where the page is no longer there, page.gone is fired
// on the document, and the page reloaded unless somebody prevents that. While a post inside is on its way, the part is
// fetched every ten seconds or so, too, as long as somebody may see it.
import { announce } from "../lib/announce.js";
import { pauseBeforeLooking } from "../lib/backoff.js";
import { freshPage } from "../lib/fresh_page.js";
import { importPart } from "../lib/html.js";
import { keepPlace } from "../lib/keep_place.js";
import { sameMarkup, serverMarkup } from "../lib/markup.js";

const ON_ITS_WAY = "[data-state=queued], [data-state=encrypting]";

export class LivePart extends HTMLElement {
  #markup = null;
  #waiting = null;
  #names = [];
  #timer = null;

  connectedCallback() {
    this.#markup ??= serverMarkup(this);
    this.#names = (this.dataset.on ?? "").split(/\s+/).filter(Boolean);
    this.#names.forEach((name) => document.addEventListener(name, this.#changed));
    document.addEventListener("news.missed", this.#changed);
    this.addEventListener("focusout", this.#settled);
    this.addEventListener("close", this.#settled, true);
    this.#lookLater();
  }

  disconnectedCallback() {
    this.#names.forEach((name) => document.removeEventListener(name, this.#changed));
    document.removeEventListener("news.missed", this.#changed);
  }

  #changed = ({ detail }) => {
    const about = detail ?? {};
    const other = (mine, theirs) => mine !== undefined && theirs !== undefined && mine !== theirs;
    if (!other(this.dataset.post, about.post_id) && !other(this.dataset.group, about.group)) {
      this.refresh();
    }
  };

  #settled = () => setTimeout(() => this.#waiting && this.#take(this.#waiting));

  async refresh() {
    clearTimeout(this.#timer);
    try {
      const page = await freshPage();
      this.#take(page.getElementById(this.id) ?? document.createElement("live-part"));
    } catch (error) {
      if (error.status === 404) {
        gone();
      } else if (error.name === "SessionEnded") {
        document.dispatchEvent(new CustomEvent("session.ended", { detail: {} }));
      } else {
        // The page stays as it is: the next event, the next connection or the next look brings the news.
        this.#lookLater();
      }
    }
  }

  // A post's end is told once. The process that was to tell it may have been killed just before.
  #lookLater() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#look, pauseBeforeLooking());
  }

  #look = () => {
    if (document.hidden) {
      document.addEventListener("visibilitychange", this.#look, { once: true });
    } else if (this.isConnected && this.querySelector(ON_ITS_WAY)) {
      this.refresh();
    }
  };

  #take(part) {
    this.#lookLater();
    this.#waiting = null;
    const markup = serverMarkup(part);
    if (sameMarkup(markup, this.#markup)) {
      return;
    }
    if (this.#isBusy()) {
      this.#waiting = part;
      return;
    }
    this.#markup = markup;
    const before = this.#announcement;
    keepPlace(this, () => this.#replace(part));
    if (this.#announcement !== before) {
      announce(this.#announcement);
    }
  }

  #replace(part) {
    const fresh = importPart(part);
    for (const kept of fresh.querySelectorAll("[id][data-keep]")) {
      const mine = this.querySelector(`#${CSS.escape(kept.id)}`);
      if (mine?.dataset.keep === kept.dataset.keep) {
        kept.replaceWith(mine);
      }
    }
    this.replaceChildren(...fresh.childNodes);
    for (const { name, value } of part.attributes) {
      this.setAttribute(name, value);
    }
  }

  get #announcement() {
    return this.querySelector("[data-announce]")?.textContent ?? "";
  }

  // Nobody's typing and no open question is taken away.
  #isBusy() {
    const typing = this.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");
    return typing || this.querySelector("dialog[open]") !== null;
  }
}

// Taken away meanwhile, unless it never was there. Where nothing in the page can say why, the server says what it says
// to everybody.
function gone() {
  const wasThere = document.querySelector("[data-error]") === null;
  if (wasThere && document.dispatchEvent(new CustomEvent("page.gone", { detail: {}, cancelable: true }))) {
    location.reload();
  }
}

customElements.define("live-part", LivePart);
