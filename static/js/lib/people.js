// Other people's keys: a page asks the site for them, and the keyring's worker judges what comes.
import { dayOf } from "./days.js";
import { getText } from "./http.js";
import * as keyring from "./keyring.js";
import { get, getAll } from "./keyring_store.js";

// Of what does not prove itself, lib/keyring_people.js names the reason.
const WORDS = {
  broken: "key-broken",
  reset: "key-reset",
  missing: "key-missing",
  older: "key-older",
  differs: "key-differs",
  unsigned: "key-unsigned",
};
const FOUND = { reset: "marked-reset", differs: "marked-differs" };
const FELL = { reset: "marked-fell-reset", "lost-device": "marked-fell-lost" };

/** The text of a person's `keys.json`, from the generation on that this browser has seen, or their owner compared. */
export async function keysOf(account, person) {
  const own = async () => (await get(account, "account", "known"))?.firm;
  const known = await (person === account ? own() : get(account, "people", person)).catch(() => null);
  const claim = (await claims(account))[person] ?? known;
  const from = Math.min(known?.generation ?? 0, claim?.generation ?? 0);
  return getText(`/people/${person}/keys.json?from=${from}`);
}

/** The name of the message that says what does not prove itself, or undefined if that is not what went wrong. */
export function wordsForUnproven({ name, reason }) {
  return name === "Unproven" ? WORDS[reason] : undefined;
}

/** What this browser remembers of people, by their uids. */
export async function remembered(account) {
  const records = await getAll(account, "people").catch(() => []);
  return new Map(records.map((record) => [record.user, record]));
}

/** [name, values] of the message about somebody's key, by what this browser remembers. */
export function markOf({ found, compared, fell, firstSeen }) {
  if (found) {
    return [FOUND[found.reason] ?? "marked-doubt", { day: dayOf(found.at) }];
  }
  if (compared) {
    return ["marked-compared", { day: dayOf(compared) }];
  }
  return fell ? [FELL[fell.cause], { day: dayOf(fell.at) }] : ["marked-first", { day: dayOf(firstSeen) }];
}

/** Whom of these people their owner compared, on any device that told this browser. */
export async function comparedOf(account, people) {
  const known = await claims(account);
  return [...people].filter((person) => known[person]);
}

/** Looks whether what was compared still holds. What does not prove itself is remembered, too. */
export async function learn(account, person) {
  await keyring.prepare(account, "learn", person, await keysOf(account, person));
}

async function claims(account) {
  return (await get(account, "account", "compared").catch(() => null))?.people ?? {};
}

/** What two people compare, with the other one's key as it is now. */
export class Comparison {
  #account;
  #person;
  #text = null;

  constructor(account, person) {
    this.#account = account;
    this.#person = person;
  }

  /** {digits, reason, at}, as `compare` in lib/keyring_comparing.js; NoAccountKey, NothingToCompare, Unproven. */
  async begin() {
    await keyring.loadAccount(this.#account);
    this.#text = await keysOf(this.#account, this.#person);
    return keyring.prepare(this.#account, "compare", this.#person, this.#text);
  }

  async end(isSame) {
    await keyring.prepare(this.#account, "noteCompared", this.#person, this.#text, { isSame });
  }
}
