// A picture as large as the screen, and the ones before and after it, in a dialog. The host has the dialog in its message
// `viewer`: with `[data-viewer-picture]`, `[data-viewer-words]`, `[data-viewer-said]`, `[data-viewer-number]` {number, count},
// and buttons with `data-viewer` previous, next, save and close. Messages of the host besides: file-damaged, file-away.
import { plainLine } from "../crypto/lines.js";
import { fill, message } from "./messages.js";
import { isDamaged } from "./shown_pictures.js";

const PARTS = ["[data-viewer-picture]", "[data-viewer-words]", "[data-viewer-said]", "[data-viewer-number]"];
const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

export class PictureViewer {
  #host;
  #dialog;
  #files;
  #options;
  #at = 0;

  /** `load(file)` gives the address of a picture in this page; `save(file)` downloads it. */
  constructor(host, { files, ...options }) {
    this.#host = host;
    this.#files = files;
    this.#options = options;
    this.#dialog = message(host, "viewer").firstElementChild;
    this.#dialog.addEventListener("click", ({ target }) => this.#clicked(target));
    this.#dialog.addEventListener("keydown", ({ key }) => STEPS[key] && this.#go(STEPS[key]));
    this.#dialog.addEventListener("close", () => this.#dialog.remove());
  }

  open(at) {
    document.body.append(this.#dialog);
    this.#dialog.showModal();
    this.#at = at;
    this.#show();
  }

  #clicked(target) {
    const what = target.closest("[data-viewer]")?.dataset.viewer;
    if (what === "save") {
      this.#try(this.#options.save);
    } else if (what === "close" || target === this.#dialog) {
      this.#dialog.close();
    } else if (what) {
      this.#go(what === "next" ? 1 : -1);
    }
  }

  #go(step) {
    const isRightToLeft = getComputedStyle(this.#dialog).direction === "rtl";
    this.#at = (this.#at + (isRightToLeft ? -step : step) + this.#files.length) % this.#files.length;
    this.#show();
  }

  async #show() {
    const file = this.#files[this.#at];
    const [place, words, , number] = PARTS.map((part) => this.#dialog.querySelector(part));
    // The buttons stay where they are until it is open, and if it does not come.
    place.replaceChildren();
    place.style.setProperty("--width", `${file.width}px`);
    place.style.setProperty("--ratio", file.width / file.height);
    words.textContent = plainLine(file.alt ?? "");
    number.dataset.words ??= number.textContent;
    number.textContent = fill(number.dataset.words, { number: this.#at + 1, count: this.#files.length });
    for (const part of this.#dialog.querySelectorAll('[data-viewer="previous"], [data-viewer="next"], [data-viewer-number]')) {
      part.hidden = this.#files.length < 2;
    }
    await this.#try(this.#options.load, (address) => {
      const image = Object.assign(new Image(file.width, file.height), { src: address });
      image.alt = plainLine(file.alt ?? "") || plainLine(file.name);
      place.replaceChildren(image);
      return image.decode();
    });
  }

  // A reader may have gone on to another picture meanwhile: then the view neither shows this one nor says what failed.
  async #try(act, done = () => null) {
    const file = this.#files[this.#at];
    const isStill = () => file === this.#files[this.#at];
    const said = this.#dialog.querySelector("[data-viewer-said]");
    said.replaceChildren();
    try {
      const result = await act(file);
      await (isStill() && done(result));
    } catch (error) {
      isStill() && said.replaceChildren(message(this.#host, isDamaged(error) ? "file-damaged" : "file-away") ?? "");
    }
  }
}
