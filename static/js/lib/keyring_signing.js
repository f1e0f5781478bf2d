// What an account key signs and seals, as JSON has it. Runs in the keyring's worker.
import { fromHex, toBase64, toHex } from "../crypto/bytes.js";
import { encodeRecovery } from "../crypto/codes.js";
import { RecoveryKey, SECRET_SIZE } from "../crypto/recovery_keys.js";
import * as statements from "../crypto/statements.js";
import { publicKeyOf } from "../crypto/wrapping.js";
import { listStatement } from "./keyring_check.js";

/** The newest list of keyholders after the one in `members`, signed. */
export async function nextList(members, key, holders) {
  return signList(key, { number: members.keyholders.number + 1, holders });
}

/** {recipient, box} for the holder of a public key. */
export async function boxFor(key, spki) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", spki));
  return { recipient: toHex(digest), box: toBase64(await key.sealFor(spki)) };
}

/** A link of `POST /keys/account/`: the statement of a generation, signed by itself and by `after`, the one before. */
export async function signLink(key, { cause, before = null, after = null }) {
  const { user, generation, fingerprint, wrapping, signing } = key;
  const statement = statements.accountKey({ user, generation, fingerprint, signingKey: signing.public, cause, before });
  return {
    generation,
    public_key: publicKeyOf(wrapping).pem,
    signing_key: toBase64(signing.public),
    cause,
    signature: toBase64(await signing.sign(statement)),
    signature_before: after && toBase64(await after.signing.sign(statement)),
  };
}

/** {generation, number, holders, signature} of a list of keyholders, in its order. */
export async function signList(key, { number, holders }) {
  const { user, generation, signing } = key;
  const sorted = holders.toSorted((one, other) => (one.fingerprint < other.fingerprint ? -1 : 1));
  const list = { generation, number, holders: sorted };
  return { ...list, signature: toBase64(await signing.sign(listStatement(user, list))) };
}

/** {fingerprint, label, signature}: the account vouches for an own key. */
export async function signOwnKey({ user, generation, signing }, { fingerprint, label }) {
  const statement = statements.ownKey({ user, generation, fingerprint: fromHex(fingerprint), label });
  return { fingerprint, label, signature: toBase64(await signing.sign(statement)) };
}

/** A new recovery code: {text, spki, holder, entry}, the latter two as in the list and in requests. */
export async function newCode(key) {
  const secret = random(SECRET_SIZE);
  const { user, generation, fingerprint, signing } = key;
  const recovery = await RecoveryKey.load(secret, { user });
  const publicKey = publicKeyOf(recovery.wrapping);
  const recoveryFingerprint = await publicKey.fingerprint;
  const account = { user, generation, fingerprint, signingKey: signing.public, recoveryFingerprint };
  const endorsement = toBase64(await recovery.signing.sign(statements.recovery(account)));
  return {
    text: await encodeRecovery(secret),
    spki: recovery.wrapping.spki,
    holder: { kind: "recovery", fingerprint: toHex(recoveryFingerprint), name: "" },
    entry: { public_key: publicKey.pem, signing_key: toBase64(recovery.signing.public), endorsement },
  };
}

/** Random bytes. */
export function random(size) {
  return crypto.getRandomValues(new Uint8Array(size));
}
