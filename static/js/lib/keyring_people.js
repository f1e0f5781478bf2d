// What this browser remembers of other people's account keys, in the keyring's worker. A page brings what
// `/people/<uid>/keys.json` says. What goes on from what was seen before is remembered in silence; all else is told, and
// remembered only if whoever sits in front of the browser says so.
import { checkChain, readLink, startsOver } from "../crypto/chains.js";
import { RESET } from "../crypto/statements.js";
import { claimOf, statusOf } from "./keyring_compared.js";
import { get, put } from "./keyring_store.js";

const OFTEN = 60 * 60_000; // milliseconds between two notes of having looked

/**
 * What the site says of a person's keys does not prove itself. `reason` is `broken` (signatures don't fit together), `reset`
 * (they started over), `missing` (nothing leads there from what this browser saw), `older` (than that), `differs` (the
 * numbers did, when somebody compared) or `unsigned` (an own key); `detail` may have `at`, a time, `label`, and `mark`, by
 * which somebody can take the key all the same.
 */
export class Unproven extends Error {
  name = "Unproven";

  constructor(reason, detail = {}) {
    super(reason);
    Object.assign(this, { reason, detail });
  }
}

/**
 * {newest, led, own, record}: a person's newest account key as JSON has it, null without one; the fingerprints of those that
 * signed links led on from to it; their signed own keys; what is remembered of them now. Unproven. `trusted` is the mark of a key that somebody takes all the same.
 */
export async function learn(account, person, text, { trusted = null } = {}) {
  const seen = await look(account, person, text);
  const { newest, found, own } = seen;
  if (found && !(found.mark && found.mark === trusted)) {
    await keep(account, { ...remembered(seen), found });
    throw new Unproven(found.reason, found);
  }
  if (!newest) {
    return { newest, led: [], own, record: null };
  }
  const record = found ? take(seen) : goOn(seen);
  await keep(account, record, seen.known);
  return { newest, led: record.led, own, record };
}

/**
 * {person, known, claim, chain, own, newest, found}: what the site says of somebody, beside what this browser remembers and
 * what their owner found when they compared; Unproven.
 */
export async function look(account, person, text) {
  const known = await recall(account, person);
  const claim = await claimOf(account, person);
  const { chain, own } = await read(person, text);
  const newest = chain.at(-1) ?? null;
  const found = findingOf(chain, known, claim);
  const isTakable = found && newest && found.reason !== "differs";
  return { person, known, claim, chain, own, newest, found: isTakable ? { ...found, mark: markOf(newest) } : found };
}

/** The record of somebody, who may be known by nothing but what another device of the owner compared. */
export function remembered({ person, known, claim }) {
  return known ?? begin({ person, chain: [claim], claim });
}

// Takes another key of somebody: an earlier comparison counts no longer.
function take(seen) {
  return begin(seen, seen.claim && { claim: seen.claim.at, at: now() });
}

// The site has to prove what it says before this compares it with anything.
async function read(person, text) {
  try {
    const { user, chain, own_keys: own } = JSON.parse(text);
    if (user !== person) {
      throw new RangeError("These are the keys of somebody else.");
    }
    await checkChain(chain.map(readLink), { user });
    return { chain, own };
  } catch {
    throw new Unproven("broken");
  }
}

function findingOf(chain, known, claim) {
  if (claim && !claim.same) {
    return { reason: "differs" };
  }
  const findings = startsOf(known, claim).map((start) => findingSince(chain, start));
  return findings.find((finding) => finding !== null) ?? null;
}

// Where the chain has to go on from. A key that was compared counts for more than one of that generation that was merely seen here.
function startsOf(known, claim) {
  const compared = claim && claim.at !== known?.waived?.claim ? { ...claim, signingKey: claim.signing_key } : null;
  const isOver = known && compared && compared.generation >= known.generation;
  return [isOver ? null : known, compared].filter((start) => start !== null);
}

function findingSince(chain, start) {
  if (chain.length === 0 || chain.at(-1).generation < start.generation) {
    return { reason: "older" };
  }
  if (!chain.some((link) => isKeyOf(start, link))) {
    return { reason: "missing" };
  }
  const reset = chain.findLast(({ generation, cause }) => generation > start.generation && cause === RESET);
  return reset ? { reason: "reset", at: reset.made_at } : null;
}

function isKeyOf({ generation, fingerprint, signingKey }, link) {
  return link.generation === generation && link.fingerprint === fingerprint && link.signing_key === signingKey;
}

/** The record of a key that this browser sees for the first time, or takes in place of another one. */
export function begin({ person, chain, claim }, waived = null) {
  const first = { user: person, firstSeen: now(), lookedAt: Date.now(), waived, found: null };
  return { ...first, ...statusOf(chain, claim, waived), led: ledTo(chain), ...newestOf(chain) };
}

/** The record of a key that goes on from what this browser remembers, or is seen for the first time. */
export function goOn(seen) {
  const { chain, known, claim } = seen;
  if (!known || !chain.some((link) => isKeyOf(known, link))) {
    return begin(seen);
  }
  const led = [...new Set([...(known.led ?? []), ...ledTo(chain)])];
  const lookedAt = Date.now() - (known.lookedAt ?? 0) > OFTEN ? Date.now() : known.lookedAt;
  return { ...known, lookedAt, ...statusOf(chain, claim, known.waived), led, found: null, ...newestOf(chain) };
}

// Those that signed links lead on from to the newest: none from before a start from nothing.
function ledTo(chain) {
  return chain.slice(startsOver(chain), -1).map(({ fingerprint }) => fingerprint);
}

function newestOf(chain) {
  const { generation, fingerprint, signing_key: signingKey } = chain.at(-1);
  return { generation, fingerprint, signingKey };
}

function markOf({ generation, fingerprint, signing_key: signingKey }) {
  return [generation, fingerprint, signingKey].join("/");
}

// Of one's own key the self-check keeps what counts.
async function recall(account, person) {
  const own = async () => (await get(account, "account", "known"))?.firm;
  return (await (person === account ? own() : get(account, "people", person))) ?? null;
}

/** Remembers a record, unless it is the one that is known. */
export async function keep(account, record, known = null) {
  const isOther = record.user && record.user !== account;
  if (isOther && JSON.stringify(record) !== JSON.stringify(known)) {
    await put(account, "people", record);
  }
}

// This moment, as records have it.
function now() {
  return new Date().toISOString();
}
