// The writer's preview: the text as readers will see it, in the place of the fields.

export class Preview {
  #element;

  constructor(element) {
    this.#element = element;
  }

  get isOpen() {
    return this.#button?.getAttribute("aria-pressed") === "true";
  }

  async open({ title, body }) {
    const { showMarkdown } = await import("./markdown.js");
    showMarkdown(this.#text, body);
    this.#show(true, title);
  }

  close() {
    if (this.isOpen) {
      this.#show(false, "");
      this.#text.replaceChildren();
    }
  }

  get #button() {
    return this.#element.querySelector("[data-preview]");
  }

  get #text() {
    return this.#element.querySelector("[data-preview-text]");
  }

  #show(isOpen, title) {
    const place = this.#element.querySelector("[data-preview-place]");
    place.querySelector("[data-preview-title]").replaceChildren(title);
    place.hidden = !isOpen;
    for (const part of this.#element.querySelectorAll("[data-writing]")) {
      part.hidden = isOpen;
    }
    this.#button.setAttribute("aria-pressed", String(isOpen));
  }
}
