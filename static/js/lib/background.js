// What a page does for its person's keys while nobody waits for it: moves what was wrapped for older keys, tells the site
// that this browser's device is in use, and remembers the key of whose post is read here. Whoever would start over with a
// stolen password waits as long as a device is in use.
import { postJson } from "./http.js";
import { lift } from "./lifting.js";
import { meet } from "./people.js";

const USED = "/keys/used/";
const OFTEN = 60 * 60_000; // milliseconds between two times

/** Nobody misses a failure: the next page does it again. The status is that of lib/keyring_account.js. */
export async function workForKeys(account, { isMoving, device }) {
  await (isMoving ? lift(account) : noteUse(device)).catch(() => null);
  const { author } = document.querySelector("decrypted-post")?.dataset ?? {};
  // What does not prove itself is remembered, and said where somebody is let in.
  if (author) {
    await meet(account, author).catch(() => null);
  }
}

async function noteUse(fingerprint) {
  const name = `used/${fingerprint}`;
  if (Date.now() - Number(localStorage.getItem(name)) > OFTEN) {
    await postJson(USED, { fingerprint }, { promised: [] });
    localStorage.setItem(name, String(Date.now()));
  }
}
