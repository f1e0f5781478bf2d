// Works through a list with a few calls at a time.

/** Calls `work` for each item, `most` of them at once, until all are done or `signal` is aborted. */
export async function inParallel(items, work, { most, signal }) {
  const left = [...items];
  const next = async () => {
    while (left.length > 0 && !signal.aborted) {
      await work(left.shift());
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, left.length) }, next));
}
