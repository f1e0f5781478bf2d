// The author's preview: the text as readers will see it, in the place of the fields, or beside them on a wide screen.
import { loadFiles, loadMarkdown } from "./loading.js";

const WIDE = "(width >= 76rem)";
// A longer text is in the place of the fields: to lay out both at every word would take a browser too long.
const SHORT = 100_000; // characters
const MOMENT = 250; // milliseconds after the last letter

export class Preview {
  #element;
  #markdown = null;
  #open = null;
  #files = null;
  #known = "[]";
  #timer = null;

  constructor(element) {
    this.#element = element;
  }

  /** Loads its italics before there is a long text: when a font comes, a browser lays out all of the field again. */
  loadFonts() {
    document.fonts.load(`italic 1em ${getComputedStyle(this.#text).fontFamily}`).catch(() => null);
  }

  /** Opens or closes the preview. Resolves when all of the text is shown, or the preview was closed; NotLoaded. */
  async toggle(written) {
    if (this.#open) {
      this.close();
    } else {
      await this.#start(written);
    }
  }

  /** Shows beside the fields what is in them by now; `read()` gives it. */
  changed(read) {
    if (this.#isBeside) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#isBeside && this.#show(read()).catch(() => this.close()), MOMENT);
    }
  }

  async #start(written) {
    this.#markdown = loadMarkdown();
    try {
      await this.#show(written, matchMedia(WIDE).matches && written.body.length <= SHORT);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  async #show({ title, body, files }, isBeside = true) {
    this.#open?.abort();
    const open = new AbortController();
    this.#open = open;
    const { signal } = open;
    const markdown = await this.#markdown;
    if (!signal.aborted) {
      this.#setTitle(title, isBeside);
      addEventListener("scroll", () => this.#follow(), { signal, passive: true });
      const shown = await this.#filesOf(files);
      await markdown.show(body, { host: this.#element, place: this.#text, signal, files: shown });
      shown?.list();
      this.#follow();
    }
  }

  // It keeps those of before, as long as they are the same: whatever was open stays open.
  async #filesOf(files) {
    const known = JSON.stringify(files);
    if (this.#known !== known) {
      this.#files?.end();
      this.#files = await loadFiles(this.#element, files, (entry) => this.#element.querySelector("post-files").blobOf(entry));
      this.#known = known;
    }
    this.#files?.begin();
    this.#element.querySelector("[data-files]").hidden = !this.#files;
    return this.#files;
  }

  // Beside the fields it is as far down as the page.
  #follow() {
    const { scrollTop, scrollHeight, clientHeight } = document.documentElement;
    const place = this.#place;
    place.scrollTop = (scrollTop / Math.max(1, scrollHeight - clientHeight)) * (place.scrollHeight - place.clientHeight);
  }

  close() {
    this.#open?.abort();
    this.#open = null;
    this.#markdown?.then((markdown) => markdown.end()).catch(() => null);
    this.#markdown = null;
    this.#setTitle(null);
    this.#text.replaceChildren();
    this.#files?.end();
    this.#files = null;
    this.#known = "[]";
  }

  get #button() {
    return this.#element.querySelector("[data-preview]");
  }

  get #place() {
    return this.#element.querySelector("[data-preview-place]");
  }

  get #text() {
    return this.#element.querySelector("[data-preview-text]");
  }

  get #isBeside() {
    return this.#element.hasAttribute("data-beside");
  }

  // Shows the preview of a text with this title beside the fields or in their place, or the fields alone with null.
  #setTitle(title, isBeside = false) {
    this.#place.querySelector("[data-preview-title]").replaceChildren(title ?? "");
    this.#place.hidden = title === null;
    this.#element.toggleAttribute("data-beside", isBeside);
    for (const part of isBeside ? [] : this.#element.querySelectorAll("[data-writing]")) {
      part.hidden = title !== null;
    }
    this.#button.setAttribute("aria-pressed", String(title !== null));
  }
}
