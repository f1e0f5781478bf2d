// How long to wait before trying again: 'full jitter', so that a thousand tabs don't come back in one moment.
const FIRST = 500; // milliseconds
const LONGEST = 30_000;
const RESTART = 2_000;
const LOOK = 10_000;

/** Milliseconds before the attempt with this number (0, 1, ...): random, up to twice as long each time. */
export function pause(attempt, random = Math.random) {
  return Math.round(random() * Math.min(LONGEST, FIRST * 2 ** attempt));
}

/** Milliseconds after a server said that it restarts: soon, but not all at once. */
export function pauseAfterRestart(random = Math.random) {
  return Math.round(random() * RESTART);
}

/** Milliseconds after a server said that this person has too many open pages: until one of them may be closed. */
export function pauseAmongMany(random = Math.random) {
  return Math.round(LONGEST * (1 + random()));
}

/** Milliseconds before looking again at what is not finished yet. */
export function pauseBeforeLooking(random = Math.random) {
  return Math.round(LOOK * (0.5 + random()));
}
