// What a browser sends to change its person's keys: the keyring's worker makes it, and a page posts it. Each function
// goes on from the account that the page brought last.
import { AccountKey, SEED_SIZE } from "../crypto/account_keys.js";
import { equal, toBase64, toHex } from "../crypto/bytes.js";
import { decodeRecovery } from "../crypto/codes.js";
import { readPublicKey } from "../crypto/public_keys.js";
import { RecoveryKey } from "../crypto/recovery_keys.js";
import { generatePrivateKey, publicKeyOf } from "../crypto/wrapping.js";
import { currentAccount, currentMembers, loadDevice } from "./keyring_account.js";
import { boxFor, newCode, nextList, random, signLink, signList, signOwnKey } from "./keyring_signing.js";
import { encrypt, get, put, Unavailable } from "./keyring_store.js";
import { forgetIndex } from "./keyring_trust.js";

/**
 * {request, code}: the body for a first account key with this browser as its device, and a recovery code. The key vouches
 * for the own keys with the fingerprints in `kept`, and for no others that the site names.
 */
export async function prepareAccount(account, { name, kept = [] }) {
  const device = await ownDevice(account);
  const key = await AccountKey.load(random(SEED_SIZE), { user: account, generation: 1 });
  const code = await newCode(key);
  const holders = [{ kind: "device", fingerprint: device.fingerprint, name }, code.holder];
  const list = await signList(key, { number: 1, holders });
  await remember(account, key, list.number);
  const ownKeys = currentMembers(account).own_keys.filter(({ fingerprint }) => kept.includes(fingerprint));
  const spki = (await readPublicKey(device.publicKeyPem)).der;
  const boxes = [await boxFor(key, spki), await boxFor(key, code.spki)];
  const request = {
    link: await signLink(key, { cause: "new" }),
    keyholders: { number: list.number, holders: list.holders, signature: list.signature },
    devices: [{ public_key: device.publicKeyPem }],
    recovery_codes: [code.entry],
    boxes,
    link_box: null,
    own_keys: await Promise.all(ownKeys.map((own) => signOwnKey(key, own))),
  };
  return { request, code: code.text };
}

/** {request, code}: the body for a new list with one more recovery code; another unconfirmed one leaves it. */
export async function prepareCode(account) {
  const { members, key } = currentAccount(account);
  const code = await newCode(key);
  const unconfirmed = members.recovery_codes.filter((each) => !each.confirmed).map((each) => each.fingerprint);
  const holders = members.keyholders.holders.filter(({ fingerprint }) => !unconfirmed.includes(fingerprint));
  const list = await nextList(members, key, [...holders, code.holder]);
  const boxes = [await boxFor(key, code.spki)];
  return { request: { ...list, devices: [], recovery_codes: [code.entry], boxes }, code: code.text };
}

/** {request}: the body that confirms the code that somebody wrote down; the code before leaves the list. */
export async function prepareConfirmation(account, text) {
  const { members, key } = currentAccount(account);
  const { wrapping } = await RecoveryKey.load(await decodeRecovery(text), { user: account });
  const confirmed = toHex(await publicKeyOf(wrapping).fingerprint);
  const { holders } = members.keyholders;
  const kept = holders.filter(({ kind, fingerprint }) => kind === "device" || fingerprint === confirmed);
  const list = await nextList(members, key, kept);
  return { request: { ...list, devices: [], recovery_codes: [], boxes: [], confirmed } };
}

/** {request}: the body for a list in which a device has another name. */
export async function prepareName(account, { fingerprint, name }) {
  const { members, key } = currentAccount(account);
  const holders = members.keyholders.holders.map((each) => (each.fingerprint === fingerprint ? { ...each, name } : each));
  return { request: await unchangedBoxes(members, key, holders) };
}

/** {request}: the body for a list without this browser. */
export async function prepareLeaving(account) {
  const { members, key, status } = currentAccount(account);
  const holders = members.keyholders.holders.filter(({ fingerprint }) => fingerprint !== status.device);
  return { request: await unchangedBoxes(members, key, holders) };
}

/** The account's signature over a key of one's own in PEM. */
export async function signOwn(account, { pem, label }) {
  const { key } = currentAccount(account);
  const fingerprint = toHex(await (await readPublicKey(pem)).fingerprint);
  return (await signOwnKey(key, { fingerprint, label })).signature;
}

/** This browser's device, which is stored before anybody sees its public half; `isFresh` makes another one. */
export async function ownDevice(account, { isFresh = false } = {}) {
  const stored = await get(account, "account", "device");
  if (stored && !isFresh) {
    return stored;
  }
  const key = await generatePrivateKey();
  const publicKey = publicKeyOf(key);
  const fingerprint = toHex(await publicKey.fingerprint);
  const seed = await encrypt(account, `device/${fingerprint}`, key.pkcs8.slice(-SEED_SIZE));
  const device = { id: "device", fingerprint, publicKeyPem: publicKey.pem, seed };
  await put(account, "account", device);
  await forgetIndex(account);
  // The page shows only what the browser can read again from the disk.
  if (!equal((await loadDevice(account, await get(account, "account", "device"))).spki, key.spki)) {
    throw new Unavailable();
  }
  return device;
}

/** Remembers a key before the request that brings it: a server that shows another one is noticed. */
export async function remember(account, key, number) {
  const known = (await get(account, "account", "known")) ?? { id: "known", firm: null };
  const { generation, fingerprint, signing } = key;
  const pending = { generation, fingerprint: toHex(fingerprint), signingKey: toBase64(signing.public), number };
  await put(account, "account", { ...known, pending });
}

async function unchangedBoxes(members, key, holders) {
  return { ...(await nextList(members, key, holders)), devices: [], recovery_codes: [], boxes: [] };
}
