// Moving what was wrapped for older account keys to the newest one: part by part, in one tab of the browser at a time. What
// a closed tab leaves, the next page goes on with.
import { getJson, postJson } from "./http.js";
import * as keyring from "./keyring.js";

const ADDRESS = "/keys/lift.json";

/** Resolves when nothing is left, or another tab does it. Fires lift:moved on the document after each part. */
export async function lift(account) {
  await navigator.locks.request(`secureblogs-lift-${account}`, { ifAvailable: true }, async (lock) => {
    while (lock) {
      const part = await getJson(ADDRESS, { promised: ["links", "wraps"] });
      if (part.links.length === 0) {
        return;
      }
      // The part after the last one is empty: with it the site ends the older keys.
      const body = await keyring.prepare(account, "liftPart", part);
      await postJson(ADDRESS, body, { promised: ["done", "total"] });
      document.dispatchEvent(new CustomEvent("lift:moved", { detail: {} }));
      if (part.wraps.length === 0) {
        return;
      }
    }
  });
}
