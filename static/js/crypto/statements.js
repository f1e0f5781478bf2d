// What an account's signing key says: the bytes that are signed. Fingerprints and keys are bytes, causes and kinds words.
import { toHex, utf8, uuid } from "./bytes.js";
import { context, number } from "./contexts.js";

export const [NEW, ROUTINE, LOST_DEVICE, RESET] = ["new", "routine", "lost-device", "reset"];
// After these causes nobody has an older key that could sign, and so no key goes before.
const WITHOUT_BEFORE = [NEW, RESET];
export const [DEVICE, RECOVERY] = ["device", "recovery"];
const NONE = new Uint8Array(0);

/**
 * That a person's keys of a generation are these. `before` is {fingerprint, statement} of the generation before, the
 * statement as its SHA-256; null exactly for the causes `new` and `reset`.
 */
export function accountKey({ user, generation, fingerprint, signingKey, cause, before }) {
  if (WITHOUT_BEFORE.includes(cause) !== (before === null)) {
    throw new RangeError("Every generation follows one before, except for 'new' and 'reset'.");
  }
  const keys = [utf8("x-wing"), fingerprint, utf8("ed25519"), signingKey];
  const [link, statement] = [before?.fingerprint ?? NONE, before?.statement ?? NONE];
  return context("account-key", uuid(user), number(generation), ...keys, link, utf8(cause), statement);
}

/** Who holds the seed of a generation: {kind, fingerprint, name}, ascending by fingerprint, none twice. */
export function keyholders({ user, generation, listNumber, holders }) {
  const order = holders.map(({ fingerprint }) => toHex(fingerprint));
  if (order.some((hex, at) => at > 0 && order[at - 1] >= hex)) {
    throw new RangeError("Keyholders are in ascending order, and none comes twice.");
  }
  const parts = holders.flatMap(({ kind, fingerprint, name }) => [utf8(kind), fingerprint, utf8(name)]);
  return context("keyholders", uuid(user), number(generation), number(listNumber), ...parts);
}

/** That the account to which a recovery code belongs has these keys. */
export function recovery({ user, generation, fingerprint, signingKey, recoveryFingerprint }) {
  return context("recovery", uuid(user), number(generation), fingerprint, signingKey, recoveryFingerprint);
}

/** That texts may be encrypted for this key of the person's own. */
export function ownKey({ user, generation, fingerprint, label }) {
  return context("own-key", uuid(user), number(generation), fingerprint, utf8(label));
}

/** Who wrote a revision of a post: the author's account key of this fingerprint signs this very document. */
export async function post({ post: uid, group, author, revision, fingerprint, document }) {
  const place = [uuid(uid), uuid(group), uuid(author), number(revision)];
  return context("post-statement", ...place, fingerprint, await digest(document));
}

/** SHA-256 of a statement, or of a document. */
export async function digest(statement) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", statement));
}
