// The comments under a post, once somebody comes near them: the list, and the forms to write, answer, edit and delete.
import { CommentForms } from "./comment_forms.js";
import { CommentList } from "./comment_list.js";
import { announce, message, say, sayNothing } from "./messages.js";

const NAMED = /^#comment-([0-9a-f-]{36})$/;
const MANY = 5;

export class Comments {
  #section;
  #list;
  #forms;
  #changed = new Set();
  #isCatchingUp = false;
  #hasForms = false;

  constructor(section) {
    this.#section = section;
    this.#list = new CommentList(section);
    this.#forms = new CommentForms(section, this.#list);
  }

  /** Shows the first comments, or those around the one that the address names. What is missing throws: then call it again. */
  async begin() {
    // The browser keeps what somebody types, whatever keeps the list away.
    this.#hasForms || this.#forms.begin();
    this.#hasForms = true;
    await this.#list.load(named() ? `?at=${named()}` : "");
    this.#forms.restore();
    this.#section.addEventListener("click", ({ target }) => this.#more(target.closest("[data-more]")));
    this.#point();
  }

  /** The address names another comment now. */
  async follow() {
    const uid = named();
    if (uid && !this.#list.row(uid)) {
      await this.#list.load(`?at=${uid}`).catch(() => say(this.#section, "not-loaded"));
    }
    this.#point();
  }

  submitted(form) {
    return this.#forms.submitted(form);
  }

  /** A comment was written, edited or deleted somewhere. */
  changed(uid) {
    this.#changed.add(uid);
    // The page fetches what comes meanwhile after this one, together.
    if (!this.#isCatchingUp) {
      this.#isCatchingUp = true;
      this.#catchUp().finally(() => (this.#isCatchingUp = false));
    }
  }

  /** All that is shown, as it is now. */
  async refresh() {
    await this.#list.refresh().catch(() => null);
  }

  async #catchUp() {
    while (this.#changed.size > 0) {
      const uids = [...this.#changed];
      this.#changed.clear();
      if (uids.length > MANY) {
        await this.refresh();
      } else {
        await Promise.all(uids.map((uid) => this.#take(uid)));
      }
    }
  }

  async #take(uid) {
    const isKnown = this.#list.row(uid) !== null;
    const row = await this.#list.take(uid).catch(() => null);
    if (row && !isKnown && row.dataset.author !== document.body.dataset.user) {
      const name = row.querySelector("bdi").textContent;
      announce(message(this.#section, "comment-arrived", { name }).textContent);
    }
  }

  async #more(button) {
    if (button) {
      button.ariaBusy = "true";
      await this.#list.more(button.dataset.more).catch(() => say(this.#section, "not-loaded"));
      button.ariaBusy = null;
    }
  }

  #point() {
    const uid = named();
    if (!uid) {
      return;
    }
    sayNothing(this.#section);
    const row = this.#list.row(uid);
    row ? this.#list.point(row) : say(this.#section, "comment-gone");
  }
}

function named() {
  return NAMED.exec(location.hash)?.[1] ?? null;
}
