// Keeps the focus of a person who works with the keyboard when the button that they pressed is disabled or gone.

/** Call it before the button goes. The function that it returns moves a focus that was in the part and got lost. */
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
