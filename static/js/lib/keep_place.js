// Where somebody is in a part of the page while its children are replaced: the same line stays under their eyes, and
// what has the focus keeps it, as far as it is still there. Elements are found again by their ids.

export function keepPlace(part, replace) {
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  // At the very top news may push the rest down: it is what one came for.
  const line = scrollY > 0 ? [...part.querySelectorAll("[id]")].find(isVisible) : null;
  const top = line?.getBoundingClientRect().top;
  replace();
  const same = line && document.getElementById(line.id);
  if (same) {
    scrollBy({ top: same.getBoundingClientRect().top - top, behavior: "instant" });
  }
  if (focused && !part.contains(document.activeElement)) {
    part.tabIndex = -1;
    const again = focused.id && document.getElementById(focused.id);
    (again || part).focus({ preventScroll: true });
  }
}

function isVisible(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}
