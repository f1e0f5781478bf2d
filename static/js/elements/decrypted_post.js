// <decrypted-post>: opens the envelope in its <script type="application/json"> and shows the text in its
// `[data-testid="post-body"]`. Attributes: data-post, data-group, data-author, data-revision (the place that the
// envelope is opened for), data-title, data-time. Messages: opened, key-elsewhere, damaged, unavailable (the browser keeps no
// keys), not-loaded, reading-time {time}, and those of lib/opened_post.js and lib/markdown.js: typed, typed-partly.
// Sets data-access on the closest article, whose `[data-reading-time]` it fills, and data-signed when the post is open; it
// then has data-thread, whether the post takes comments, and fires post:opened on the document. To who has read an earlier
// text here the article's `[data-what-changed]` is shown (lib/read_texts.js), but not to its author. When it can't open the
// post, it sets data-locked to the reason and fires post:locked (bubbles).
import { loadFiles, loadMarkdown } from "../lib/loading.js";
import { message, say } from "../lib/messages.js";
import { openPost } from "../lib/opening_post.js";
import { showFacts } from "../lib/opened_post.js";

const MESSAGE = {
  NoKeyHere: "key-elsewhere",
  NotLoaded: "not-loaded",
  Offline: "not-loaded",
  Outdated: "not-loaded",
  SessionEnded: "not-loaded",
  Unavailable: "unavailable",
};

const MOMENT = 2_000; // milliseconds for which a reader has the post open before it counts as read

const ABOVE = ["[data-typed]", "[data-outline]"];

// Had a text that was open, until that of the next revision takes its place: so the page stays where it is.
let last = null;

class DecryptedPost extends HTMLElement {
  #access = null;
  #minutes = 0;
  #offer = null;
  #signed = null;

  async connectedCallback() {
    if (this.#access) {
      // The element was moved within the page: an open text stays open.
      this.#tell(this.#access);
      return;
    }
    if (last?.dataset.post === this.dataset.post) {
      this.#minutes = last.#minutes;
      this.#place.append(...last.#place.childNodes);
      ABOVE.forEach((part) => this.querySelector(part).replaceWith(last.querySelector(part)));
    }
    this.#tell("opening");
    try {
      await this.#open();
      this.#tell("open");
    } catch (error) {
      this.#lock(error.name);
      return;
    }
    document.dispatchEvent(new CustomEvent("post:opened", { detail: {} }));
  }

  disconnectedCallback() {
    last = this.#access === "open" ? this : null;
  }

  get #place() {
    return this.querySelector('[data-testid="post-body"]');
  }

  async #open() {
    // The Markdown worker starts while the keyring works.
    const loading = loadMarkdown();
    try {
      const [opened, markdown] = await Promise.all([openPost(this), loading]);
      await this.#show(opened, markdown);
    } finally {
      loading.then((markdown) => markdown.end()).catch(() => null);
    }
  }

  async #show(opened, markdown) {
    const place = this.#place;
    place.classList.add("is-opened");
    const files = await loadFiles(this, opened.files, (entry) => this.#load(entry));
    const show = (to) => markdown.show(opened.body, { host: this, place: to, files });
    // The reader misses nothing of the earlier text until the next one is there.
    const next = place.firstChild && (await import("../lib/next_text.js").catch(() => null));
    this.#minutes = await (next ? next.takeOver(place, show) : this.#keepHeight(place, show));
    files?.list();
    say(this, "opened");
    showFacts(this, opened);
    this.#signed = opened.author.signed;
    this.dataset.thread = opened.thread ? "yes" : "no";
    this.#noteRead(opened);
    // The browser looked for the heading that the address names before there was one.
    const named = !next && location.hash && place.querySelector(`[id="${CSS.escape(location.hash.slice(1))}"]`);
    named && named.scrollIntoView();
  }

  async #keepHeight(place, show) {
    place.style.minBlockSize = `${place.offsetHeight}px`;
    const minutes = await show(place);
    place.removeAttribute("style");
    return minutes;
  }

  // The page compares an edit at once. Nobody misses it where the site, or the browser, does not help.
  #noteRead(opened) {
    const { author, revision } = this.dataset;
    const note = async () => {
      const { noteRead } = await import("../lib/read_texts.js");
      this.#offer = await noteRead(this, opened);
      this.isConnected && this.#tell(this.#access);
    };
    if (author !== document.body.dataset.user) {
      setTimeout(() => note().catch(() => null), revision === "1" ? MOMENT : 0);
    }
  }

  async #load(entry) {
    const { post, author } = this.dataset;
    const { download } = await import("../lib/files.js");
    return download(entry, { post, author });
  }

  #lock(reason) {
    say(this, MESSAGE[reason] ?? "damaged");
    this.#tell(MESSAGE[reason] ? "key-elsewhere" : "damaged");
    this.dataset.locked = reason;
    this.dispatchEvent(new CustomEvent("post:locked", { bubbles: true }));
  }

  #tell(access) {
    this.#access = access;
    const article = this.closest("article");
    article?.setAttribute("data-access", access);
    const time = article?.querySelector("[data-reading-time]");
    if (time && this.#minutes) {
      time.replaceChildren(message(this, "reading-time", { time: minutesInWords(this.#minutes) }));
      time.hidden = false;
    }
    if (this.#signed) {
      article?.setAttribute("data-signed", this.#signed);
    }
    article && this.#offer?.(article);
  }
}

function minutesInWords(minutes) {
  const format = { style: "unit", unit: "minute", unitDisplay: "long" };
  return minutes.toLocaleString(document.documentElement.lang || undefined, format);
}

customElements.define("decrypted-post", DecryptedPost);
