// What a person found when they compared keys with others, on any of their devices: of each of the others the last finding,
// a claim {generation, fingerprint, signing_key, at, same}. All are kept in IndexedDB and in the store object `people`. Whether
// one still holds, the other's chain says. Runs in the keyring's worker.
import { LOST_DEVICE, RESET } from "../crypto/statements.js";
import { change, get } from "./keyring_store.js";

const ID = "compared";

/** What was found of somebody, as far as this browser knows, or null. */
export async function claimOf(account, person) {
  return (await get(account, "account", ID))?.people[person] ?? null;
}

/** Remembers what somebody found of this link of a chain just now: the claim. */
export async function noteClaim(account, person, { generation, fingerprint, signing_key }, { isSame }) {
  let made = null;
  await change(account, "account", ID, (kept) => {
    const { people } = kept ?? { people: {} };
    made = { generation, fingerprint, signing_key, at: momentAfter(people[person]?.at), same: isSame };
    return { id: ID, people: { ...people, [person]: made } };
  });
  return made;
}

// A device with a wrong clock must not have the last word for ever.
function momentAfter(before) {
  const next = before ? Date.parse(before) + 1 : 0;
  return new Date(Math.max(Date.now(), next)).toISOString();
}

/**
 * Brings the claims of this browser and those of the store object together, the later one of each person. What the object
 * has to be from now on, or undefined if it has all of it.
 */
export async function mergeCompared(account, stored) {
  const theirs = stored ?? {};
  let merged = null;
  await change(account, "account", ID, (kept) => {
    merged = { ...kept?.people };
    for (const [person, found] of Object.entries(theirs)) {
      merged[person] = merged[person]?.at > found.at ? merged[person] : found;
    }
    return { id: ID, people: merged };
  });
  return Object.keys(merged).every((person) => merged[person] === theirs[person]) ? undefined : merged;
}

/**
 * {compared, fell}: what is left of a claim along a chain that has its key: the time of it, or the cause and time for which
 * it fell. `waived` is {claim, at} if somebody took a key past the claim of that time.
 */
export function statusOf(chain, claim, waived) {
  if (!claim?.same) {
    return { compared: null, fell: null };
  }
  if (waived?.claim === claim.at) {
    return { compared: null, fell: { cause: RESET, at: waived.at } };
  }
  const lost = chain.findLast(({ generation, cause }) => generation > claim.generation && cause === LOST_DEVICE);
  return lost ? { compared: null, fell: { cause: LOST_DEVICE, at: lost.made_at } } : { compared: claim.at, fell: null };
}
