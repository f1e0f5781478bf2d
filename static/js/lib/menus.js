// Menus that a button opens: the browser closes them at a click elsewhere and at Escape.

/** Closes a menu when the focus leaves it: it would cover what has the focus then. Call it once in a page. */
export function closeMenusBehind() {
  document.addEventListener("focusin", ({ target }) => {
    for (const menu of document.querySelectorAll("[popover]:popover-open")) {
      if (!menu.contains(target) && target.getAttribute("popovertarget") !== menu.id) {
        menu.hidePopover();
      }
    }
  });
}
