// How long a page waits before it tries again: with 'full jitter', so that a thousand tabs don't come back at once.
const FIRST = 500; // milliseconds
const LONGEST = 30_000;
const ALL = 2_000;
const LOOK = 10_000;

/** Milliseconds before an attempt (0, 1, ...): random, and at most twice as long as before the last one. */
export function pause(attempt, random = Math.random) {
  return Math.round(random() * Math.min(LONGEST, FIRST * 2 ** attempt));
}

/** Milliseconds after all pages heard the same, as that a server restarts: soon, but not for all of them at once. */
export function pauseAmongAll(random = Math.random) {
  return Math.round(random() * ALL);
}

/** Milliseconds after a server said that this person has too many open pages: they may close one meanwhile. */
export function pauseAmongMany(random = Math.random) {
  return Math.round(LONGEST * (1 + random()));
}

/** Milliseconds before a page looks again at a post that is not finished. */
export function pauseBeforeLooking(random = Math.random) {
  return Math.round(LOOK * (0.5 + random()));
}

/** Resolves when a promise is settled, whatever it comes to, or has taken too long. */
export function inTime(promise, milliseconds) {
  return Promise.race([promise.catch(() => null), new Promise((resolve) => setTimeout(resolve, milliseconds))]);
}
