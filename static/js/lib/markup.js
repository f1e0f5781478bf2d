// What the server sent of an element, to tell whether it sends something else now.

/** A copy of the element as it came, without the CSRF tokens, which are masked anew for each page. */
export function serverMarkup(element) {
  const copy = document.importNode(element, true);
  for (const token of copy.querySelectorAll('[name="csrfmiddlewaretoken"]')) {
    token.remove();
  }
  return copy;
}

export function sameMarkup(one, other) {
  const [mine, theirs] = [one.childNodes, other.childNodes];
  return mine.length === theirs.length && [...mine].every((node, at) => node.isEqualNode(theirs[at]));
}
