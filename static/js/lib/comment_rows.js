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

/** Makes these the rows of a list. One that is in its place stays there: whoever types in it goes on. */
export function arrange(list, rows) {
  const shown = new Set(rows);
  [...list.children].filter((row) => !shown.has(row)).forEach((row) => row.remove());
  rows.forEach((row, at) => list.children[at] === row || list.insertBefore(row, list.children[at] ?? null));
}

/** Whether somebody types into a form of the row. */
export function isTyped(row) {
  return [...row.querySelectorAll("[data-field]")].some((field) => field.value.trim() !== "");
}
