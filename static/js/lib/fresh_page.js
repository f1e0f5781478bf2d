// This page as it is now, fetched once for everybody who asks in the same moment.
import { getPage } from "./http.js";

let running = Promise.resolve();
let waiting = null;

/** The Document of this page's address, fetched after this call: never one that was already under way. */
export function freshPage() {
  waiting ??= Promise.allSettled([running]).then(() => {
    waiting = null;
    const { origin, pathname, search } = location;
    running = getPage(origin + pathname + search);
    return running;
  });
  return waiting;
}
