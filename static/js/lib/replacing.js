// Replacing a part of a page by what the server sends of it now.

/**
 * A copy of the element as it came, without what differs in a page that a script fetched: the CSRF tokens, which are
 * masked anew for each page, and what is for browsers without scripts, which is one text in this page and elements there.
 */
export function serverMarkup(element) {
  const copy = document.importNode(element, true);
  for (const differing of copy.querySelectorAll('[name="csrfmiddlewaretoken"], noscript')) {
    differing.remove();
  }
  return copy;
}

export function sameMarkup(one, other) {
  const [mine, theirs] = [one.childNodes, other.childNodes];
  return mine.length === theirs.length && [...mine].every((node, at) => node.isEqualNode(theirs[at]));
}

/**
 * Keeps a reader's place in a part of the page while `replace` exchanges its children: the same line stays where it is
 * on the screen, and the element with the focus keeps it, or one that is like it, or what took the place of the nearest
 * one around it. They are found again by their ids.
 */
export function keepPlace(part, replace) {
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  const around = focused?.closest("[id]");
  const at = focused ? alike(focused, around).indexOf(focused) : -1;
  // At the very top, news may push the rest down: readers came for them. Headings of a text are left out, since the
  // browser would have to lay each one out to say where it is.
  const line = scrollY > 0 ? [...part.querySelectorAll("[id]:not(.prose *)")].find(isVisible) : null;
  const top = line?.getBoundingClientRect().top;
  replace();
  const same = line && document.getElementById(line.id);
  if (same) {
    scrollBy({ top: same.getBoundingClientRect().top - top, behavior: "instant" });
  }
  if (focused && !part.contains(document.activeElement)) {
    // An element that was taken out and put back has lost the focus.
    const place = document.getElementById(around.id);
    const again = focused.isConnected ? focused : ((place && alike(focused, place)[at]) ?? place ?? part);
    if (again.tabIndex < 0) {
      again.tabIndex = -1;
    }
    again.focus({ preventScroll: true });
  }
}

function alike(element, around) {
  return [...around.querySelectorAll(element.localName)].filter((each) => each.isEqualNode(element));
}

function isVisible(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}
