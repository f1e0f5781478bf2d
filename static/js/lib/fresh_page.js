// This page as it is now, fetched once for everybody who asks in the same moment.
import { pause } from "./backoff.js";
import { getPage } from "./http.js";

// Half a minute or so. After that the next event brings the news, or the next connection.
const MOST_TRIES = 7;

let running = Promise.resolve();
let waiting = null;

/** The Document of this page's address, fetched after this call: never one that was already under way. */
export function freshPage() {
  waiting ??= Promise.allSettled([running]).then(() => {
    waiting = null;
    running = fetchPage();
    return running;
  });
  return waiting;
}

// The socket may be well while the network drops a request, or the process that is to answer it starts anew.
async function fetchPage() {
  const { origin, pathname, search } = location;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await getPage(origin + pathname + search);
    } catch (error) {
      const isPassing = error.name === "Offline" || error.status >= 500;
      if (!isPassing || attempt + 1 === MOST_TRIES) {
        throw error;
      }
    }
    await rest(pause(attempt));
  }
}

function rest(milliseconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
    addEventListener("online", resolve, { once: true });
  });
}
