// Errors at their fields: the sentence in `[data-error-for="name"]`, aria-invalid on the control with that id.

/** Shows a sentence (text or a node) at a field, or takes it away with null. */
export function setError(form, name, words) {
  const place = form.querySelector(`[data-error-for="${name}"]`);
  place.replaceChildren(words ?? "");
  place.hidden = words === null;
  const control = form.querySelector(`#${name}`);
  if (words === null) {
    control.removeAttribute("aria-invalid");
  } else {
    control.setAttribute("aria-invalid", "true");
  }
}
