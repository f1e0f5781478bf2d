// Coming back with nothing but a recovery code, in the keyring's worker.
import { openBox } from "../crypto/account_keys.js";
import { equal, fromBase64, fromHex, toHex } from "../crypto/bytes.js";
import { readLink } from "../crypto/chains.js";
import { decodeRecovery } from "../crypto/codes.js";
import { verify } from "../crypto/ed25519.js";
import { readPublicKey } from "../crypto/public_keys.js";
import { RecoveryKey } from "../crypto/recovery_keys.js";
import * as statements from "../crypto/statements.js";
import { publicKeyOf } from "../crypto/wrapping.js";
import { findingSince } from "./keyring_check.js";
import { ownDevice } from "./keyring_changes.js";
import { boxFor, nextList } from "./keyring_signing.js";
import { believe } from "./keyring_trust.js";

/** What was typed is a code, but of another account, or one that was replaced. */
class OtherCode extends Error {
  name = "OtherCode";
}

/** The server's account is not the one that the code endorses. */
class NotEndorsed extends Error {
  name = "NotEndorsed";
}

/** The fingerprint under which the server keeps the box of a code; InvalidCode. */
export async function codeFingerprint(account, typed) {
  const { wrapping } = await load(account, typed);
  return toHex(await publicKeyOf(wrapping).fingerprint);
}

/** Resolves if the code would bring everything back, and changes nothing; InvalidCode, OtherCode or NotEndorsed. */
export async function checkCode(account, typed, text) {
  await open(account, await load(account, typed), JSON.parse(text));
}

/** {request}: the body that puts this browser on the list. `text` is `account.json` for the code. */
export async function prepareRecovery(account, { typed, text, name }) {
  const members = JSON.parse(text);
  const code = await load(account, typed);
  const key = await open(account, code, members);
  const { chain, keyholders } = members;
  const before = await ownDevice(account);
  // Let in by another device, whose answer did not come here or was not to be believed: no key comes on the list twice.
  const isListed = keyholders.holders.some((holder) => holder.fingerprint === before.fingerprint);
  const device = isListed ? await ownDevice(account, { isFresh: true }) : before;
  const { generation, fingerprint, signing_key: signingKey } = chain.at(-1);
  await believe(account, { generation, fingerprint, signingKey, number: keyholders.number });
  const others = keyholders.holders.filter((holder) => holder.fingerprint !== before.fingerprint);
  const list = await nextList(members, key, [...others, { kind: "device", fingerprint: device.fingerprint, name }]);
  const boxes = [await boxFor(key, (await readPublicKey(device.publicKeyPem)).der)];
  const used = toHex(await publicKeyOf(code.wrapping).fingerprint);
  return { request: { ...list, devices: [{ public_key: device.publicKeyPem }], recovery_codes: [], boxes, used_code: used } };
}

async function load(account, typed) {
  return RecoveryKey.load(await decodeRecovery(typed), { user: account });
}

async function open(account, code, members) {
  const recoveryFingerprint = await publicKeyOf(code.wrapping).fingerprint;
  const entry = members.recovery_codes.find(({ fingerprint }) => fingerprint === toHex(recoveryFingerprint));
  if (!entry || !equal(fromBase64(entry.signing_key), code.signing.public)) {
    throw new OtherCode();
  }
  try {
    await checkEndorsed(account, { code, entry, members, recoveryFingerprint });
    const newest = readLink(members.chain.at(-1));
    const { box } = members.boxes.find(({ recipient }) => recipient === entry.fingerprint);
    return await openBox(fromBase64(box), code.wrapping, { user: account, ...newest });
  } catch (cause) {
    throw new NotEndorsed("", { cause });
  }
}

async function checkEndorsed(account, { code, entry, members, recoveryFingerprint }) {
  const endorsed = {
    generation: entry.generation,
    fingerprint: fromHex(entry.account_fingerprint),
    signingKey: fromBase64(entry.account_signing_key),
  };
  const statement = statements.recovery({ user: account, ...endorsed, recoveryFingerprint });
  await verify(fromBase64(entry.endorsement), statement, { signingKey: code.signing.public });
  // The list as well: this browser is about to sign the next one, and whoever else stands on it.
  const { generation, account_fingerprint: fingerprint, account_signing_key: signingKey } = entry;
  if (await findingSince(account, members, { generation, fingerprint, signingKey, number: 0 })) {
    throw new NotEndorsed();
  }
}
