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
    const { renderMarkdown } = await import("./markdown.js");
    this.#show(renderMarkdown(body), title);
  }

  close() {
    if (this.isOpen) {
      this.#show(null, "");
    }
  }

  get #button() {
    return this.#element.querySelector("[data-preview]");
  }

  #show(nodes, title) {
    const isOpen = nodes !== null;
    const place = this.#element.querySelector("[data-preview-place]");
    place.querySelector("[data-preview-title]")?.replaceChildren(title);
    (place.querySelector("[data-preview-text]") ?? place).replaceChildren(nodes ?? "");
    place.hidden = !isOpen;
    for (const part of this.#element.querySelectorAll("[data-writing]")) {
      part.hidden = isOpen;
    }
    this.#button.setAttribute("aria-pressed", String(isOpen));
  }
}
