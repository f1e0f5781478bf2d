// Tags that were used before, as buttons below the field of tags: those of the group first, as far as they begin with what is
// typed. They come from what this browser keeps to search in, and go to nobody. `[data-used-tags]` has the `template` of a button,
// whose <bdi> is the tag, and `[data-offered]`, where they stand.
import { withLocalKey } from "./drafts.js";
import { tagsOf } from "./limits.js";

const MOST = 12;
const LAST = /[^,，、]*$/; // what is typed after the last comma

/** Offers them from now on, in an editor whose data-group may change; until the signal ends. */
export async function offerTags(element, signal) {
  const offer = new UsedTags(element);
  element.addEventListener("input", () => offer.show(), { signal });
  element.addEventListener("focusin", ({ target }) => target.id === "tags" && offer.load(), { signal });
  element.addEventListener("click", ({ target }) => offer.pressed(target.closest("[data-used-tag]")), { signal });
  await offer.load();
}

class UsedTags {
  #element;
  #group = null;
  #tags = [];

  constructor(element) {
    this.#element = element;
  }

  async load() {
    const { group } = this.#element.dataset;
    if (this.#group !== group) {
      this.#group = group;
      // Without them there is still the field.
      this.#tags = await withLocalKey(document.body.dataset.user, "usedTags", group).catch(() => []);
    }
    this.show();
  }

  show() {
    const typed = this.#typed;
    const chosen = tagsOf(this.#field.value);
    const begun = this.#tags.includes(typed) ? "" : typed.toLowerCase();
    const offered = this.#tags.filter((tag) => !chosen.includes(tag) && tag.toLowerCase().startsWith(begun)).slice(0, MOST);
    this.#place.querySelector("[data-offered]").replaceChildren(...offered.map((tag) => this.#button(tag)));
    this.#place.hidden = offered.length === 0;
  }

  /** The tag takes the place of what was typed of it; the field says so to whoever listens. */
  pressed(button) {
    if (!button) {
      return;
    }
    const tag = button.querySelector("bdi").textContent;
    const isBegun = !this.#tags.includes(this.#typed);
    const before = isBegun ? this.#field.value.replace(LAST, "") : this.#field.value;
    this.#field.value = [...tagsOf(before), tag, ""].join(", ");
    this.#field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    this.#field.focus();
  }

  #button(tag) {
    const button = document.importNode(this.#place.querySelector("template").content, true).firstElementChild;
    button.querySelector("bdi").textContent = tag;
    return button;
  }

  get #typed() {
    return LAST.exec(this.#field.value)[0].trim();
  }

  get #field() {
    return this.#element.querySelector("#tags");
  }

  get #place() {
    return this.#element.querySelector("[data-used-tags]");
  }
}
