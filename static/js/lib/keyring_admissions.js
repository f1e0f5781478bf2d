// Adding a device, both sides, in the keyring's worker: a code that one browser shows and the other is given proves each to
// the other. The code stays in memory, and is forgotten with the answer or the tab.
import { accountMac, admissionKeys, CODE_SIZE, deviceMac } from "../crypto/admissions.js";
import { equal, fromBase64, fromHex, toBase64, toHex } from "../crypto/bytes.js";
import { decodeAdmission, encodeAdmission } from "../crypto/codes.js";
import { readPublicKey } from "../crypto/public_keys.js";
import { currentAccount, useAccount } from "./keyring_account.js";
import { ownDevice } from "./keyring_changes.js";
import { boxFor, nextList, random } from "./keyring_signing.js";
import { get, put } from "./keyring_store.js";

const secrets = new Map();

/** What the answer of another browser says does not belong to the code that was typed here. */
class WrongAnswer extends Error {
  name = "WrongAnswer";
}

/** The letters of a fresh code for an admission. */
export async function drawCode(account, admission) {
  const code = random(CODE_SIZE);
  secrets.set(admission, await admissionKeys(code, { user: account, admission }));
  return encodeAdmission(code);
}

/** Whether an offer of another device was made by somebody who knows the code. */
export async function isRightOffer(account, admission, { public_key, name, mac }) {
  const [m1] = secrets.get(admission);
  const { fingerprint } = await readPublicKey(public_key);
  const expected = await deviceMac(m1, { user: account, admission, fingerprint: await fingerprint, name });
  return equal(fromBase64(mac), expected);
}

/** The body that answers a right offer: the box, the list with the new device, and the proof. */
export async function prepareAnswer(account, admission, { public_key, name }) {
  const { members, key } = currentAccount(account);
  const { der } = await readPublicKey(public_key);
  const { recipient: device, box } = await boxFor(key, der);
  const holders = members.keyholders.holders.filter(({ fingerprint }) => fingerprint !== device);
  const list = await nextList(members, key, [...holders, { kind: "device", fingerprint: device, name }]);
  const { generation, fingerprint, signing } = key;
  const place = { user: account, admission, generation, fingerprint, signingKey: signing.public };
  const [, m2] = secrets.get(admission);
  const mac = toBase64(await accountMac(m2, { ...place, listNumber: list.number, device: fromHex(device) }));
  return { fingerprint: device, answer: "allowed", mac, box, keyholders: list };
}

/** Forgets the code of an admission that is over. */
export async function dropCode(account, admission) {
  secrets.delete(admission);
}

/** {fingerprint, request}: the offer of this browser, with the code as somebody typed it; InvalidCode. */
export async function prepareOffer(account, admission, { typed, name }) {
  const keys = await admissionKeys(decodeAdmission(typed), { user: account, admission });
  secrets.set(admission, keys);
  // An offer that was marked as wrong is over, and so is its device.
  const device = await ownDevice(account, { isFresh: true });
  const place = { user: account, admission, fingerprint: fromHex(device.fingerprint), name };
  const mac = toBase64(await deviceMac(keys[0], place));
  return { fingerprint: device.fingerprint, request: { public_key: device.publicKeyPem, name, mac } };
}

/** The status of the account that the other browser answered with; WrongAnswer. `text` is `account.json` for this device. */
export async function takeAnswer(account, admission, { answer, text }) {
  const link = JSON.parse(text).chain.find(({ generation }) => generation === answer.generation);
  const { fingerprint: device } = await get(account, "account", "device");
  const [, m2] = secrets.get(admission);
  const place = { user: account, admission, generation: answer.generation, listNumber: answer.number };
  const keys = link && { fingerprint: fromHex(link.fingerprint), signingKey: fromBase64(link.signing_key) };
  const expected = link && (await accountMac(m2, { ...place, ...keys, device: fromHex(device) }));
  if (!link || answer.fingerprint !== device || !equal(fromBase64(answer.mac), expected)) {
    throw new WrongAnswer();
  }
  secrets.delete(admission);
  const { generation, number } = answer;
  const firm = { generation, fingerprint: toHex(keys.fingerprint), signingKey: link.signing_key, number };
  await put(account, "account", { id: "known", firm, pending: null, checked: "", held: [] });
  return useAccount(account, text);
}
