// The field for a code in a form: what is wrong with the code stands at it, in `[data-wrong]`.

/** Says what is wrong, text or a node, and leads back to the field; with null nothing is. */
export function markCode(form, words) {
  const [field, place] = [form.querySelector("input"), form.querySelector("[data-wrong]")];
  field.setAttribute("aria-invalid", String(words !== null));
  place.hidden = words === null;
  if (words !== null) {
    place.replaceChildren(words);
    field.focus();
  }
}
