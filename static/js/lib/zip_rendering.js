// Texts in Markdown as they stand in the pages of a zip: shown where nobody sees it, as the pages of posts show them, and then
// copied out, with the files of the zip where the text names some.
import { plainLine } from "../crypto/lines.js";
import { loadMarkdown } from "./loading.js";
import { isPicture } from "./shown_pictures.js";
import { addressOf } from "./zip_names.js";
import { node } from "./zip_pages.js";

const NAMED = /^#(file|picture)-([0-9a-f-]{36})$/;
// They stay until their files have taken their places.
const KEPT = { adorn: () => null };

export class TextCopier {
  #host;
  #markdown = null;

  /** `host` is an element in the page, hidden, with what lib/markdown.js looks for and `[data-text]`. */
  constructor(host) {
    this.#host = host;
  }

  /** A <div> of the text. `files` are those of lib/zip_making.js, and `scope` begins its ids. */
  async copy(text, { files = [], scope = "" } = {}) {
    const place = this.#host.querySelector("[data-text]");
    this.#markdown ??= await loadMarkdown();
    const shown = new AbortController();
    await this.#markdown.show(text, { host: this.#host, place, signal: shown.signal, scope, files: KEPT });
    // No colours: they come afterwards, and the next text need not wait for them.
    shown.abort();
    const why = this.#host.querySelector("[data-typed]");
    const copied = node("div", { dir: place.dir });
    copied.append(...(why.hidden ? [] : [node("p", { class: "facts" }, why.textContent)]), ...place.childNodes);
    for (const link of copied.querySelectorAll("a[href^='#']")) {
      fill(link, files, scope);
    }
    copied.querySelectorAll(".prose__typed").forEach((each) => (each.className = "typed"));
    return copied;
  }

  end() {
    this.#markdown?.end();
  }
}

function fill(link, files, scope) {
  const [, kind, uid] = NAMED.exec(link.getAttribute("href").replace(scope, "")) ?? [];
  if (!kind) {
    return;
  }
  const file = files.find((each) => each.uid === uid);
  if (!file?.path) {
    link.replaceWith(...link.childNodes);
    return;
  }
  const address = addressOf(file.path);
  link.setAttribute("href", address);
  if (kind === "picture" && file.isShown && isPicture(file)) {
    link.replaceChildren(picture(file, address, link.textContent));
  }
  link.textContent || link.querySelector("img") || link.append(plainLine(file.name));
}

function picture({ alt, name, width, height }, address, words) {
  const said = plainLine(words || alt || name);
  return node("img", { src: address, alt: said, width, height, loading: "lazy" });
}
