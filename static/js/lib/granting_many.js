// Approving many requests, a few at a time: until all are done, the author stops it, or none can succeed any more.
import { isGeneral } from "./granting.js";
import { inParallel } from "./in_parallel.js";

const AT_ONCE = 3;

export class ManyGrants {
  #run = null;

  get isRunning() {
    return this.#run !== null;
  }

  stop() {
    this.#run?.abort();
  }

  /**
   * Calls `approve` with each id, for the state that the request ends in, and `told` with the number of requests done.
   * Resolves to {approved, others, error}: how many were granted, how many were not, and the error that all the rest
   * would have met, or null.
   */
  async run(ids, approve, told) {
    const run = new AbortController();
    this.#run = run;
    const states = [];
    let cause = null;
    const approveOne = async (id) => {
      const state = await approve(id).catch((error) => {
        if (isGeneral(error)) {
          cause = error;
          run.abort();
        }
        return null;
      });
      states.push(state);
      told(states.length);
    };
    await inParallel(ids, approveOne, { most: AT_ONCE, signal: run.signal });
    this.#run = null;
    const approved = states.filter((state) => state === "approved").length;
    return { approved, others: ids.length - approved, error: cause };
  }
}
