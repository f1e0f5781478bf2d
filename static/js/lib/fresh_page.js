// This page as it is now. Elements that ask in the same moment share one fetch.
import { pause } from "./backoff.js";
import { getPage } from "./http.js";

// Half a minute or so. After that the page waits for the next event, or for the next connection.
const MOST_TRIES = 7;

let running = Promise.resolve();
let waiting = null;

/** The Document at this page's address, from a fetch that begins after this call. */
export function freshPage() {
  waiting ??= Promise.allSettled([running]).then(() => {
    waiting = null;
    running = fetchPage();
    return running;
  });
  return waiting;
}

// The network may drop a request although the socket is well, or the process that was to answer may start anew.
async function fetchPage() {
  const { origin, pathname, search } = location;
  // A page that begins something anew whenever it is fetched names another one that has the same parts.
  const address = document.querySelector("[data-parts-at]")?.dataset.partsAt ?? pathname + search;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await getPage(origin + address);
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
