// How long a page waits before it tries again: with 'full jitter', so that a thousand tabs don't come back at once.
const FIRST = 500; // milliseconds
const LONGEST = 30_000;
const RESTART = 2_000;
const LOOK = 10_000;

/** Milliseconds before an attempt (0, 1, ...): random, and at most twice as long as before the last one. */
export function pause(attempt, random = Math.random) {
  return Math.round(random() * Math.min(LONGEST, FIRST * 2 ** attempt));
}

/** Milliseconds after a server said that it restarts: soon, but not for all pages at once. */
export function pauseAfterRestart(random = Math.random) {
  return Math.round(random() * RESTART);
}

/** Milliseconds after a server said that this person has too many open pages: they may close one meanwhile. */
export function pauseAmongMany(random = Math.random) {
  return Math.round(LONGEST * (1 + random()));
}

/** Milliseconds before a page looks again at a post that is not finished. */
export function pauseBeforeLooking(random = Math.random) {
  return Math.round(LOOK * (0.5 + random()));
}
