// Adding a device, both sides, in the keyring's worker: a code that one browser shows and the other is given proves each to
// the other. The code stays in memory, and is forgotten with the answer or the tab.
import { accountMac, admissionKeys, CODE_SECONDS, CODE_SIZE, deviceMac } from "../crypto/admissions.js";
import { equal, fromBase64, fromHex, toBase64, toHex } from "../crypto/bytes.js";
import { decodeAdmission, encodeAdmission } from "../crypto/codes.js";
import { readPublicKey } from "../crypto/public_keys.js";
import { currentAccount, forgetAccount, useAccount } from "./keyring_account.js";
import { ownDevice } from "./keyring_changes.js";
import { boxFor, nextList, random } from "./keyring_signing.js";
import { get } from "./keyring_store.js";
import { believe } from "./keyring_trust.js";

// {keys, since} of the codes that were drawn or typed here, by the uid of the admission.
const secrets = new Map();

/** What the answer of another browser says does not belong to the code that was typed here. */
class WrongAnswer extends Error {
  name = "WrongAnswer";
}

/** The code was forgotten: its time is over by this device's own clock, or it was answered. */
class CodeOver extends Error {
  name = "CodeOver";
}

/** The letters of a fresh code for an admission. */
export async function drawCode(account, admission) {
  const code = random(CODE_SIZE);
  await note(account, admission, code);
  return encodeAdmission(code);
}

/** Whether an offer of another device was made by somebody who knows the code; CodeOver. */
export async function isRightOffer(account, admission, { public_key, name, mac }) {
  const [m1] = keysOf(admission);
  const { fingerprint } = await readPublicKey(public_key);
  const expected = await deviceMac(m1, { user: account, admission, fingerprint: await fingerprint, name });
  return equal(fromBase64(mac), expected);
}

/** The body that answers a right offer: the box, the list with the new device, and the proof; CodeOver. */
export async function prepareAnswer(account, admission, { public_key, name }) {
  const [, m2] = keysOf(admission);
  const { members, key } = currentAccount(account);
  const { der } = await readPublicKey(public_key);
  const { recipient: device, box } = await boxFor(key, der);
  const holders = members.keyholders.holders.filter(({ fingerprint }) => fingerprint !== device);
  const list = await nextList(members, key, [...holders, { kind: "device", fingerprint: device, name }]);
  const { generation, fingerprint, signing } = key;
  const place = { user: account, admission, generation, fingerprint, signingKey: signing.public };
  const mac = toBase64(await accountMac(m2, { ...place, listNumber: list.number, device: fromHex(device) }));
  return { fingerprint: device, answer: "allowed", mac, box, keyholders: list };
}

/** Forgets the code of an admission that is over. */
export async function dropCode(account, admission) {
  secrets.delete(admission);
}

/** {fingerprint, request}: the offer of this browser, with the code as somebody typed it; InvalidCode. */
export async function prepareOffer(account, admission, { typed, name }) {
  const [m1] = await note(account, admission, decodeAdmission(typed));
  // An offer that was marked as wrong is over, and so is its device.
  const device = await ownDevice(account, { isFresh: true });
  const place = { user: account, admission, fingerprint: fromHex(device.fingerprint), name };
  const mac = toBase64(await deviceMac(m1, place));
  return { fingerprint: device.fingerprint, request: { public_key: device.publicKeyPem, name, mac } };
}

/** The status of the account that the other browser answered with. `text` is `account.json` for this device. WrongAnswer, CodeOver. */
export async function takeAnswer(account, admission, { answer, text }) {
  const link = JSON.parse(text).chain.find(({ generation }) => generation === answer.generation);
  const { fingerprint: device } = await get(account, "account", "device");
  const [, m2] = keysOf(admission);
  const place = { user: account, admission, generation: answer.generation, listNumber: answer.number };
  const keys = link && { fingerprint: fromHex(link.fingerprint), signingKey: fromBase64(link.signing_key) };
  const expected = link && (await accountMac(m2, { ...place, ...keys, device: fromHex(device) }));
  if (!link || answer.fingerprint !== device || !equal(fromBase64(answer.mac), expected)) {
    throw new WrongAnswer();
  }
  secrets.delete(admission);
  const { generation, number } = answer;
  await believe(account, { generation, fingerprint: toHex(keys.fingerprint), signingKey: link.signing_key, number });
  // The page may have brought this very text before, when this browser believed something else.
  await forgetAccount(account);
  return useAccount(account, text);
}

async function note(account, admission, code) {
  const keys = await admissionKeys(code, { user: account, admission });
  secrets.set(admission, { keys, since: Date.now() });
  return keys;
}

function keysOf(admission) {
  const { keys, since } = secrets.get(admission) ?? {};
  if (!keys || Date.now() - since > CODE_SECONDS * 1_000) {
    secrets.delete(admission);
    throw new CodeOver();
  }
  return keys;
}
