// The list of comments in a page: fetched page by page, each opened as it comes near the screen.
import { CommentOpener } from "./comment_opening.js";
import { arrange, isTyped, moveForms, rowsOf } from "./comment_rows.js";
import { importPart } from "./html.js";
import { getPage } from "./http.js";
import { message } from "./messages.js";
import { keepPlace } from "./replacing.js";

export class CommentList {
  #section;
  #opener;
  #queries = []; // of the pages that are shown, from the first to the last
  #next = "";
  #previous = "";

  constructor(section) {
    this.#section = section;
    this.#opener = new CommentOpener(section);
  }

  /** The row of a comment, or null if it is not shown. */
  row(uid) {
    return this.#rows.querySelector(`#comment-${CSS.escape(uid)}`);
  }

  /** Shows the page of this query in place of what is there. */
  async load(query) {
    const page = await this.#fetch(query);
    this.#rows.replaceChildren(...rowsOf(page));
    this.#queries = [query];
    this.#lead(page, "previous", "next");
    this.#watch();
  }

  /** Shows the page before, or after, what is there. */
  async more(side) {
    const query = side === "next" ? this.#next : this.#previous;
    const page = await this.#fetch(query);
    const rows = rowsOf(page).filter((row) => !document.getElementById(row.id));
    side === "next" ? this.#rows.append(...rows) : this.#rows.prepend(...rows);
    side === "next" ? this.#queries.push(query) : this.#queries.unshift(query);
    this.#lead(page, side);
    this.#watch();
    rows[0]?.focus({ preventScroll: side === "previous" });
  }

  /** Fetches one comment, which is new, changed or gone. Its row, or null if it is not to be seen on this page. */
  async take(uid) {
    try {
      const [fresh] = rowsOf(await this.#fetch(`/comments/${uid}/`));
      const known = this.row(uid);
      known ? this.#replace(known, fresh) : this.#insert(fresh);
    } catch (error) {
      if (error.status !== 404) {
        throw error;
      }
      const gone = this.row(uid);
      gone && keepPlace(this.#rows, () => (isTyped(gone) ? this.#close(gone) : gone.remove()));
      // This fetches them only for the number of those that are left.
      await this.#fetch("");
    }
    this.#watch();
    return this.row(uid);
  }

  /** Fetches again all pages that are shown. */
  async refresh() {
    const fresh = new Map();
    let last = null;
    for (const query of this.#queries) {
      last = await this.#fetch(query);
      rowsOf(last).forEach((row) => fresh.set(row.id, row));
    }
    const before = [...this.#rows.children];
    const known = new Map(before.map((row) => [row.id, row]));
    keepPlace(this.#rows, () => {
      const kept = [...fresh.values()].map((row) => {
        const mine = known.get(row.id);
        return mine ? moveForms(mine, row) : row;
      });
      for (const row of before.filter((each) => isTyped(each) && !fresh.has(each.id))) {
        this.#close(row);
        kept.splice(before.indexOf(row), 0, row);
      }
      arrange(this.#rows, kept);
    });
    this.#lead(last, "next");
    this.#watch();
  }

  /** Brings a row into view, and the focus to it. */
  point(row) {
    row.scrollIntoView({ block: "center" });
    row.focus({ preventScroll: true });
  }

  /** The text of a comment that was opened. */
  textOf(row) {
    return this.#opener.textOf(row);
  }

  async #fetch(query) {
    const address = query.startsWith("/") ? query : this.#section.dataset.comments + query;
    const page = await getPage(address);
    this.#section.querySelector("[data-comment-count]").textContent = page.querySelector("[data-comment-count]").textContent;
    this.#opener.learnKeys(JSON.parse(page.getElementById("comment-keys").textContent));
    // The first page brings the words along.
    this.#section.querySelector("[data-words]")?.replaceWith(...importPart(page.getElementById("comment-words")).childNodes);
    return page;
  }

  // Where a comment belongs is known only if all that comes before it is here.
  #insert(row) {
    const { parent } = row.dataset;
    const answers = this.#rows.querySelectorAll(`[data-parent="${parent}"]`);
    const before = parent ? [this.row(parent), ...answers].findLast(Boolean) : this.#rows.lastElementChild;
    if (this.#next && (!before || before === this.#rows.lastElementChild)) {
      return;
    }
    if (before) {
      before.after(row);
    } else if (!parent) {
      this.#rows.append(row);
    }
  }

  #replace(row, fresh) {
    keepPlace(this.#rows, () => {
      const shown = moveForms(row, fresh);
      shown === row || row.replaceWith(shown);
    });
  }

  // Puts a sentence in the place of a deleted comment; a field in which this reader types an answer stays.
  #close(row) {
    row.querySelector("[data-comment-text]")?.replaceChildren(message(this.#section, "comment-gone") ?? "");
    row.querySelector(".comment__actions")?.remove();
  }

  #lead(page, ...sides) {
    const list = page.querySelector("[data-comment-list]");
    const { previous, next } = list.dataset;
    this.#previous = sides.includes("previous") ? previous : this.#previous;
    this.#next = sides.includes("next") ? next : this.#next;
    this.#section.querySelector('[data-more="previous"]').hidden = !this.#previous;
    this.#section.querySelector('[data-more="next"]').hidden = !this.#next;
  }

  #watch() {
    this.#rows.querySelectorAll("[data-comment]").forEach((row) => this.#opener.watch(row));
  }

  get #rows() {
    return this.#section.querySelector("[data-comment-list]");
  }
}
