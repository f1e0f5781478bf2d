// What is wrong with a field stands beside it, in `.field__error`.
import { announce } from "./messages.js";

/** Shows words, text or a node, at a field, or takes them away with null. */
export function setError(control, words) {
  const place = placeOf(control);
  place.replaceChildren(words ?? "");
  place.hidden = words === null;
  control.ariaInvalid = String(words !== null);
}

/** Brings the focus to a field, with which a screen reader says its error. Of one that has the focus already it says nothing. */
export function leadTo(control) {
  if (document.activeElement === control) {
    announce(placeOf(control).textContent);
  } else {
    control.focus();
  }
}

/** Shows what is wrong, and leads there; with null nothing is. */
export function explain(control, words) {
  setError(control, words);
  words !== null && leadTo(control);
}

function placeOf(control) {
  return control.parentElement.querySelector(".field__error");
}
