// The next text of a post in place of the one that somebody reads, whose line stays where it is on the screen.
const LINES = "p, li, tr, pre, h1, h2, h3, h4, h5, h6, .prose__typed";
const STEP = 16; // pixels between two points at which a line is looked for

/**
 * Puts a copy of `place` into its place, once `show` has filled it: until then the reader sees the text before. Resolves to
 * what `show(copy)` does.
 */
export async function takeOver(place, show) {
  const next = place.cloneNode(false);
  delete next.dataset.testid;
  next.classList.add("post__body--next");
  next.inert = true;
  place.after(next);
  try {
    const shown = await show(next);
    keepLine(place, next, () => {
      place.remove();
      next.inert = false;
      next.classList.remove("post__body--next", "is-opened");
      next.dataset.testid = place.dataset.testid;
    });
    return shown;
  } catch (error) {
    next.remove();
    throw error;
  }
}

function keepLine(place, next, replace) {
  const { bottom } = place.getBoundingClientRect();
  // Below the text, in the comments, it is the end of the text that stays.
  const end = { top: bottom, at: next.lastElementChild, topNow: () => next.getBoundingClientRect().bottom };
  const line = bottom < 0 ? end : sameLine(place, next);
  const finish = line ? layOut(place, next, line.at) : () => {};
  replace();
  if (line) {
    scrollBy({ top: line.topNow() - line.top, behavior: "instant" });
  }
  requestAnimationFrame(() => requestAnimationFrame(finish));
}

// A browser only guesses how high the boxes of a long text are that are not on the screen. Those around the line are laid
// out now, and the others count as high as the ones before them.
function layOut(place, next, line) {
  const [before, boxes] = [place.children, [...next.children]];
  for (const [at, box] of boxes.entries()) {
    if (before[at] && box.matches(".prose__part")) {
      box.style.containIntrinsicBlockSize = `auto ${before[at].offsetHeight}px`;
    }
  }
  const at = boxes.findIndex((box) => box.contains(line));
  const near = boxes.slice(Math.max(0, at - 1), at + 3);
  // Their margins stay their own, as they are in a box that may be left out.
  near.forEach((box) => Object.assign(box.style, { contentVisibility: "visible", contain: "layout style paint" }));
  return () => near.forEach((box) => Object.assign(box.style, { contentVisibility: "", contain: "" }));
}

// The first line on the screen that the next text has, too; null where the text begins on the screen, or none is the same.
function sameLine(place, next) {
  const { top: start, left, width } = place.getBoundingClientRect();
  if (start >= 0) {
    return null;
  }
  const seen = new Set();
  for (let height = 0; height < innerHeight; height += STEP) {
    const line = document.elementFromPoint(left + width / 2, height)?.closest(LINES);
    if (line && place.contains(line) && !seen.has(line)) {
      seen.add(line);
      const same = twin(line, place, next);
      if (same) {
        return { top: line.getBoundingClientRect().top, at: same, topNow: () => same.getBoundingClientRect().top };
      }
    }
  }
  return null;
}

// Of several with the same words the one that is as far from the end or from the beginning.
function twin(line, place, next) {
  const alike = (within) => [...within.querySelectorAll(line.localName)].filter(({ textContent }) => textContent === line.textContent);
  const [before, after] = [alike(place), alike(next)];
  const at = before.indexOf(line);
  return before.length === after.length ? after[at] : after.length === 1 ? after[0] : null;
}
