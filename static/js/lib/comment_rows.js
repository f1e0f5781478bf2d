// The rows of a list of comments, and the forms in them.
import { importPart } from "./html.js";

/** The rows of a page that was fetched. */
export function rowsOf(page) {
  return [...importPart(page.querySelector("[data-comment-list]")).children];
}

function isSame(one, other) {
  return one.dataset.comment === other.dataset.comment && one.dataset.revision === other.dataset.revision;
}

/** The row to show in place of one: itself, or the fresh one, in which whoever types goes on. */
export function moveForms(row, fresh) {
  if (isSame(row, fresh)) {
    return row;
  }
  (fresh.querySelector(".comment__said") ?? fresh).append(...row.querySelectorAll("form[data-form]"));
  return fresh;
}

/** Whether somebody types into a form of the row. */
export function isTyped(row) {
  return [...row.querySelectorAll("[data-field]")].some((field) => field.value.trim() !== "");
}
