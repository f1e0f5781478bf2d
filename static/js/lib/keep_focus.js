// Keeps the focus of a person who works with the keyboard when the button that they pressed is disabled or gone.

/** Moves the focus to the target if what had it in the part is hidden now, or if the part itself has it. */
export function leaveHidden(part, target) {
  const focused = document.activeElement;
  if (focused === part || (part.contains(focused) && focused.closest("[hidden]"))) {
    take(target);
  }
}

/** Call it before the button goes. The function that it returns moves a focus that was in the part and got lost. */
export function keepFocus(part) {
  const wasHere = part.contains(document.activeElement);
  return (target) => {
    const isLost = document.activeElement === document.body || part.contains(document.activeElement);
    if (wasHere && isLost) {
      take(target);
    }
  };
}

function take(target) {
  if (target.tabIndex < 0) {
    target.tabIndex = -1;
  }
  target.focus({ preventScroll: true });
}
