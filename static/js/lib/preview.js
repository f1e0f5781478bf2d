// The author's preview: the text as readers will see it, in the place of the fields.
import { loadMarkdown } from "./loading.js";

export class Preview {
  #element;
  #open = null;

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
      await this.#show(written);
    }
  }

  async #show({ title, body }) {
    const open = new AbortController();
    this.#open = open;
    const { signal } = open;
    const loading = loadMarkdown();
    try {
      const markdown = await loading;
      if (!signal.aborted) {
        this.#setTitle(title);
        await markdown.show(body, { host: this.#element, place: this.#text, signal });
      }
    } catch (error) {
      this.close();
      throw error;
    } finally {
      loading.then((markdown) => markdown.end()).catch(() => null);
    }
  }

  close() {
    this.#open?.abort();
    this.#open = null;
    this.#setTitle(null);
    this.#text.replaceChildren();
  }

  get #button() {
    return this.#element.querySelector("[data-preview]");
  }

  get #text() {
    return this.#element.querySelector("[data-preview-text]");
  }

  // Shows the preview of a text with this title in the place of the fields, or the fields with null.
  #setTitle(title) {
    const place = this.#element.querySelector("[data-preview-place]");
    place.querySelector("[data-preview-title]").replaceChildren(title ?? "");
    place.hidden = title === null;
    for (const part of this.#element.querySelectorAll("[data-writing]")) {
      part.hidden = title !== null;
    }
    this.#button.setAttribute("aria-pressed", String(title !== null));
  }
}
