// <live-part id>: a part of the page that fetches itself again when something changed, and takes its new children from
// the part with the same id. Attributes: data-on (names of events on the document), data-post and data-group (only
// events about these). Every part fetches itself after news.missed, and while a post inside is on its way every ten
// seconds or so, as long as the page is visible. A comment changes a list that has its post in `#post-<uid>`, a moment later:
// there may be many, in many pages. Inside: `[id][data-keep]` stays while its data-keep is the same; a
// screen reader says the text of `[data-announce]` when it changed. If the server no longer has the page, the part
// fires page.gone on the document and reloads the page, unless a listener prevents that.
import { pauseAmongAll, pauseBeforeLooking } from "../lib/backoff.js";
import { freshPage } from "../lib/fresh_page.js";
import { importPart } from "../lib/html.js";
import { restoreForms } from "../lib/forms.js";
import { announce } from "../lib/messages.js";
import { keepPlace, sameMarkup, serverMarkup } from "../lib/replacing.js";

const ON_ITS_WAY = "[data-state=queued], [data-state=encrypting], [data-edit=queued], [data-edit=encrypting]";

class LivePart extends HTMLElement {
  #connection = null;
  #markup = null;
  #waiting = null;
  #timer = null;
  #soon = null;

  connectedCallback() {
    this.#markup ??= serverMarkup(this);
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    const names = (this.dataset.on ?? "").split(/\s+/).filter(Boolean);
    for (const name of [...names, "news.missed"]) {
      document.addEventListener(name, ({ detail }) => this.#changed(detail ?? {}), { signal });
    }
    this.addEventListener("focusout", () => this.#settled(), { signal });
    this.addEventListener("close", () => this.#settled(), { signal, capture: true });
    this.#lookLater();
  }

  disconnectedCallback() {
    this.#connection.abort();
    clearTimeout(this.#timer);
    clearTimeout(this.#soon);
    this.#soon = null;
  }

  #changed(about) {
    const other = (mine, theirs) => mine !== undefined && theirs !== undefined && mine !== theirs;
    if (about.comment_id) {
      this.querySelector(`[id="post-${about.post_id}"]`) && (this.#soon ??= setTimeout(() => this.#refresh(), pauseAmongAll()));
    } else if (!other(this.dataset.post, about.post_id) && !other(this.dataset.group, about.group)) {
      this.#refresh();
    }
  }

  #settled() {
    setTimeout(() => this.#waiting && this.#take(this.#waiting));
  }

  async #refresh() {
    clearTimeout(this.#timer);
    clearTimeout(this.#soon);
    this.#soon = null;
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

  // A worker tells of a post's end once, and may have been killed just before.
  #lookLater() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), pauseBeforeLooking());
  }

  #look() {
    if (document.hidden) {
      document.addEventListener("visibilitychange", () => this.#look(), { once: true, signal: this.#connection.signal });
    } else if (this.querySelector(ON_ITS_WAY)) {
      this.#refresh();
    }
  }

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
    restoreForms(this);
  }

  get #announcement() {
    return this.querySelector("[data-announce]")?.textContent ?? "";
  }

  // The part leaves alone what somebody is typing, and an open question.
  #isBusy() {
    const typing = this.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");
    return typing || this.querySelector("dialog[open]") !== null;
  }
}

// The page was there before, unless it is an error page. If no element can say why it is gone, a reload shows what the
// server says.
function gone() {
  const wasThere = document.querySelector("[data-error]") === null;
  if (wasThere && document.dispatchEvent(new CustomEvent("page.gone", { detail: {}, cancelable: true }))) {
    location.reload();
  }
}

customElements.define("live-part", LivePart);
