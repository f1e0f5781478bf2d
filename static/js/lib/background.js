// What a page does for its person's keys while nobody waits for it: moves what was wrapped for older keys, and tells the site
// that this browser's device is in use. Whoever would start over with a stolen password waits as long as a device is in use.
// A zip that an earlier page left in this browser goes.
import { postJson } from "./http.js";
import { lift } from "./lifting.js";
import { clearLeftovers } from "./zip_sink.js";

const USED = "/keys/used/";
const OFTEN = 60 * 60_000; // milliseconds between two times

/** Nobody misses a failure: the next page does it again. The status is that of lib/keyring_account.js. */
export async function workForKeys(account, { isMoving, device }) {
  clearLeftovers();
  await (isMoving ? lift(account) : noteUse(device)).catch(() => null);
}

async function noteUse(fingerprint) {
  const name = `used/${fingerprint}`;
  if (Date.now() - Number(localStorage.getItem(name)) > OFTEN) {
    await postJson(USED, { fingerprint }, { promised: [] });
    localStorage.setItem(name, String(Date.now()));
  }
}
