// What a page does to its end, however often the connection breaks meanwhile.
import { pause } from "./backoff.js";
import { HttpError, Offline } from "./http.js";

const AWAY = [502, 503, 504];

/** Whether the site answered, and failed. */
export const isFault = (error) => error instanceof HttpError && error.status >= 500;

/**
 * What `act` gives. While the site can't be reached it tells `waiting()`, rests and calls it again: with a function that `act`
 * may call to say that it got on. A site that answers and fails is asked so many times `again`. Any other error passes, and
 * every one once `signal` is aborted.
 */
export async function patiently(act, { waiting, signal, again = 0 }) {
  let attempt = 0;
  let left = again;
  const gotOn = () => (attempt = 0);
  while (true) {
    signal.throwIfAborted();
    try {
      return await act(gotOn);
    } catch (error) {
      const isAway = error instanceof Offline || (error instanceof HttpError && AWAY.includes(error.status));
      if (signal.aborted || !(isAway || (isFault(error) && left > 0))) {
        throw error;
      }
      isAway ? waiting() : (left -= 1);
      await rest(pause(attempt), signal);
      attempt += 1;
    }
  }
}

// Until so much time is over, or the connection is back.
function rest(milliseconds, signal) {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
    addEventListener("online", resolve, { once: true });
    signal.addEventListener("abort", resolve, { once: true });
  });
}
