// Which keys of a person are in this browser: only fingerprints, so that a list need not start the keyring's worker.
import { get, getIds } from "./keyring_store.js";

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
