// Who works with the keyboard goes on from where they were, although what they pressed is disabled or gone.

/** Call it before that happens; what it returns moves the focus to a target, if it was in the part and got lost. */
export function keepFocus(part) {
  const wasHere = part.contains(document.activeElement);
  return (target) => {
    const isLost = document.activeElement === document.body || part.contains(document.activeElement);
    if (wasHere && isLost) {
      if (!target.matches("button")) {
        target.tabIndex = -1;
      }
      target.focus({ preventScroll: true });
    }
  };
}
