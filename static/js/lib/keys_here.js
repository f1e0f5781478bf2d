// Which keys of a person are in this browser: only fingerprints, so that a list need not start the keyring's worker.
import { get, getIds } from "./keyring_store.js";

// Whose browser this was when it was last led to the page that adds it.
const LED = "led-to-add";
// What somebody has to read or to do before anything else.
const FIRST = "[data-error], [data-detour]";

/** A Set of fingerprints, empty where the browser keeps nothing. Lets a lift go on that this browser knows of. */
export async function keysHere(account) {
  const own = await getIds(account, "keys").catch(() => []);
  const device = await get(account, "account", "device").catch(() => null);
  const known = device && (await get(account, "account", "known").catch(() => null));
  if (known?.status?.isMoving) {
    // Once the list is shown.
    setTimeout(() => document.dispatchEvent(new CustomEvent("key:idle", { detail: known.status })), 500);
  }
  return new Set([...own, ...(known?.held ?? [])]);
}

/**
 * Leads a browser that holds no key of its person to the page that adds it, and from there back here: once, until it has
 * held a key, and not while something is typed or asked. `user` is the account, `add` that page, to which people may also
 * come by themselves. One that holds a key moves posts to the newest one where the page has `data-moving`: another device may
 * have begun that while this one was away.
 */
export async function leadOnce({ user, add }) {
  const { pathname, search, hash } = location;
  if ((await keysHere(user)).size > 0) {
    note(null);
    if (document.body.dataset.moving !== undefined) {
      const { loadAccount } = await import("./keyring.js");
      await loadAccount(user);
    }
  } else if (pathname.startsWith(add)) {
    note(user);
  } else if (!isBusy() && note(user)) {
    location.replace(`${add}?next=${encodeURIComponent(pathname + search + hash)}`);
  }
}

// Notes which account the script led on; true if that is new. A browser that can note nothing always gets false: the
// script would lead it there for ever.
function note(account) {
  try {
    const isNews = localStorage.getItem(LED) !== account;
    account ? localStorage.setItem(LED, account) : localStorage.removeItem(LED);
    return isNews;
  } catch {
    return false;
  }
}

function isBusy() {
  const fields = document.querySelectorAll("main :is(input:not([type=hidden]), textarea)");
  return document.querySelector(FIRST) !== null || [...fields].some(({ value, defaultValue }) => value !== defaultValue);
}
