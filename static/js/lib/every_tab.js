// Whatever changes a person's keys, every tab lets go of what it holds in memory and looks again: so a device that was
// taken off the list deletes its seed at once, wherever that was done.
import * as keyring from "./keyring.js";
import { get } from "./keyring_store.js";

let isTold = false;

/** What an event of app.js means for this tab. Fires key:looked, and browser.removed at the first news of that, on the document. */
export async function heard(account, event, detail) {
  if (detail?.reason === "account_deleted") {
    await keyring.forgetAll(account);
    return;
  }
  // Without a session nobody can look.
  await (event === "session.ended" ? keyring.forgetKeys(account) : look(account));
  document.dispatchEvent(new CustomEvent("key:looked", { detail: {} }));
}

// Not while a tab of this browser is in the middle of it: the site may be giving it another session, and a request of the
// session before would end that.
async function look(account) {
  await navigator.locks.request(`secureblogs-keys-${account}`, async () => {
    const device = await get(account, "account", "device").catch(() => null);
    // A browser without a device has nothing that could be out of date.
    await (device ? keyring.reloadAccount(account).catch(() => null) : keyring.forgetKeys(account));
  });
  await tellOfRemoval(account);
}

// Another tab of this browser may have been the one that found it out. The page that adds a browser says it itself.
async function tellOfRemoval(account) {
  const known = await get(account, "account", "known").catch(() => null);
  if (!isTold && known && "removedAt" in known && !document.querySelector("add-browser")) {
    isTold = true;
    document.dispatchEvent(new CustomEvent("browser.removed", { detail: {} }));
  }
}
