// Two people compare what each sees of the other's key, past the site; in the keyring's worker.
import { fromBase64, fromHex } from "../crypto/bytes.js";
import { Party, safetyNumber } from "../crypto/safety_numbers.js";
import { currentAccount } from "./keyring_account.js";
import { noteClaim } from "./keyring_compared.js";
import { begin, goOn, keep, look, remembered, Unproven } from "./keyring_people.js";

/** There is no account key to compare. */
class NothingToCompare extends Error {
  name = "NothingToCompare";
}

/** {digits, reason, at}: what two people compare, and what is to be said of the other's key, as in Unproven, or null. */
export async function compare(account, person, text) {
  const { key } = currentAccount(account);
  const seen = await look(account, person, text);
  if (!seen.newest) {
    throw seen.found ? new Unproven(seen.found.reason) : new NothingToCompare();
  }
  if (!seen.found) {
    await keep(account, goOn(seen), seen.known);
  }
  const mine = { user: account, fingerprint: key.fingerprint, signingKey: key.signing.public };
  const { fingerprint, signing_key: signingKey } = seen.newest;
  const theirs = { user: person, fingerprint: fromHex(fingerprint), signingKey: fromBase64(signingKey) };
  const digits = await safetyNumber(new Party(mine), new Party(theirs));
  return { digits, reason: seen.found?.reason ?? null, at: seen.found?.at ?? null };
}

/** Remembers what came of comparing the number that `compare` made of the same text. */
export async function noteCompared(account, person, text, { isSame }) {
  const seen = await look(account, person, text);
  const claim = await noteClaim(account, person, seen.newest, { isSame });
  const now = { ...seen, claim };
  const taken = () => (seen.found ? begin(now) : goOn(now));
  const found = { reason: "differs" };
  await keep(account, isSame ? taken() : { ...remembered(now), compared: null, fell: null, found }, seen.known);
}
