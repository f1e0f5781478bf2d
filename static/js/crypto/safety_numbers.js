// Sixty digits that two people compare, past the server, to know that each sees the other's account key.
import { uuid } from "./bytes.js";
import { context } from "./contexts.js";

const DIGITS = 60;

/** One of the two, with the fingerprint and the signing key of their newest generation in bytes. */
export class Party {
  constructor({ user, fingerprint, signingKey }) {
    Object.assign(this, { user, fingerprint, signingKey });
    Object.freeze(this);
  }
}

/** The same for both of them, in twelve groups of five digits. */
export async function safetyNumber(one, other) {
  // Lower-case hex sorts as the bytes do.
  const both = one.user < other.user ? [one, other] : [other, one];
  const parts = both.flatMap(({ user, fingerprint, signingKey }) => [uuid(user), fingerprint, signingKey]);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", context("safety-number", ...parts)));
  const value = digest.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n) % 10n ** BigInt(DIGITS);
  return value.toString().padStart(DIGITS, "0").match(/.{5}/g).join(" ");
}
