// The forms in a list of comments: which are open, what becomes of one that was sent, and the question before a comment is
// deleted. Messages of the section: comment-not-deleted.
import { CommentForm } from "./comment_form.js";
import { remove } from "./commenting.js";
import { say, sayNothing } from "./messages.js";

export class CommentForms {
  #section;
  #list;
  #forms = new WeakMap();
  #toDelete = null;

  constructor(section, list) {
    this.#section = section;
    this.#list = list;
  }

  begin() {
    this.#section.addEventListener("click", ({ target }) => this.#clicked(target.closest("button")));
    this.#section.addEventListener("input", ({ target }) => this.#forms.get(target.form)?.typed());
    this.#section.addEventListener("keydown", pressed);
    const form = this.#section.querySelector('form[data-form="new"]');
    this.#forms.set(form, new CommentForm(this.#section, form));
    // A reader may have typed into the field before this script was loaded.
    this.#forms.get(form).isTyped && this.#forms.get(form).typed();
  }

  /** Brings back what was typed here before, once its words are there. */
  restore() {
    const form = this.#forms.get(this.#section.querySelector('form[data-form="new"]'));
    form.isTyped || form.restore();
  }

  /** Sends what stands in a form, or deletes what its question is about. */
  async submitted(element) {
    const form = this.#forms.get(element);
    if (element.closest("dialog")) {
      await this.#delete(element.closest("dialog"));
    } else if (form && !form.isBusy) {
      await this.#send(form);
    }
  }

  async #send(form) {
    try {
      const uid = await form.send();
      if (uid) {
        await this.#show(uid, form);
      }
    } catch {
      // The row shows what it says now, and the form stays.
      const row = await this.#list.take(form.about).catch(() => null);
      form.sayChanged(row ? Number(row.dataset.revision) : undefined);
    }
  }

  async #show(uid, form) {
    if (form.kind !== "new") {
      form.close();
    }
    const row = (await this.#list.take(uid).catch(() => null)) ?? (await this.#around(uid));
    row && this.#list.point(row);
  }

  async #around(uid) {
    await this.#list.load(`?at=${uid}`).catch(() => null);
    return this.#list.row(uid);
  }

  #clicked(button) {
    const row = button?.closest("[data-comment]");
    if (button?.matches("[data-answer]")) {
      this.#open("answer", row, "");
    } else if (button?.matches("[data-edit-comment]")) {
      this.#open("edit", row, this.#list.textOf(row) ?? "");
    } else if (button?.matches("[data-ask-delete]")) {
      this.#toDelete = row.dataset.comment;
      this.#section.querySelector("#delete-comment").showModal();
    } else if (button?.matches("[data-cancel]")) {
      this.#forms.get(button.form).close();
      row.querySelector(button.form.dataset.form === "edit" ? "[data-edit-comment]" : "[data-answer]")?.focus();
    }
  }

  #open(kind, row, text) {
    const open = row.querySelector(`form[data-form="${kind}"]`);
    if (open) {
      this.#forms.get(open).focus();
      return;
    }
    const { comment, revision } = row.dataset;
    const part = document.importNode(this.#section.querySelector(`[data-part="${kind}"]`).content, true);
    const form = part.querySelector("form");
    giveIds(form, `${kind}-${comment}`);
    row.querySelector(".comment__actions").after(form);
    const made = new CommentForm(this.#section, form, { about: comment, revision: kind === "edit" ? Number(revision) : 0 });
    this.#forms.set(form, made);
    made.restore(text);
    made.focus();
  }

  async #delete(dialog) {
    dialog.close();
    const uid = this.#toDelete;
    try {
      await remove(uid);
      sayNothing(this.#section);
      await this.#list.take(uid);
      this.#section.focus({ preventScroll: true });
    } catch {
      say(this.#section, "comment-not-deleted");
    }
  }
}

function pressed(event) {
  const isSending = event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing;
  if (isSending && event.target.matches("[data-field]")) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
}

function giveIds(form, id) {
  const field = form.querySelector("[data-field]");
  const error = form.querySelector(".field__error");
  form.querySelector("label").htmlFor = field.id = id;
  error.id = `${id}-error`;
  field.setAttribute("aria-describedby", error.id);
}
