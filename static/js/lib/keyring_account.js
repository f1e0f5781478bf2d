// The account key of a person, in the keyring's worker. A page brings what `/keys/account.json` says; this module opens
// the box for this browser's device, and keeps the seed in memory alone.
import { openBox } from "../crypto/account_keys.js";
import { fromBase64, fromHex, toHex, utf8 } from "../crypto/bytes.js";
import { loadPrivateKey } from "../crypto/wrapping.js";
import { decrypt, get } from "./keyring_store.js";

const accounts = new Map();
let tabs = null;

/** No page has brought this account's keys yet, or what came was not taken. */
export class NoAccountKey extends Error {
  name = "NoAccountKey";
}

/**
 * {state, findings, ...} of the text of `account.json`. The state is `none` (the person has no account key), `ready`,
 * `other-key` (this browser was never given it), `removed` (it was taken off the list, at the time `at` if that is known),
 * `older` (than what this browser has seen) or `broken`; `findings` name what does not hold: older, no-key, rival, chain,
 * reset, list or box. After a failure `canReplace` says whether this browser can still sign a new key, which only those
 * may get whose fingerprints are in `remembered`.
 */
export async function useAccount(account, text) {
  const digest = await digestOf(text);
  if (accounts.get(account)?.digest !== digest) {
    accounts.delete(account);
    const read = await readAccount(account, JSON.parse(text), digest);
    accounts.set(account, { digest, ...read });
  }
  return accounts.get(account).status;
}

/** Whatever is in memory of the account's keys goes. */
export async function forgetAccount(account) {
  accounts.delete(account);
}

/** Has the workers of a browser's tabs hear from each other: what one of them learned makes the others forget. */
export function joinTabs(channel) {
  tabs = channel;
  tabs.onmessage = ({ data: account }) => {
    forgetAccount(account);
    postMessage({ event: "key:elsewhere" });
  };
}

/** What `account.json` said last; NoAccountKey. */
export function currentMembers(account) {
  const { members } = inMemory(account);
  if (!members) {
    throw new NoAccountKey();
  }
  return members;
}

/** {members, key, keys, status}: what `account.json` said, the newest AccountKey, and all by fingerprint; NoAccountKey. */
export function currentAccount(account) {
  const current = accounts.get(account);
  if (!current?.key) {
    throw new NoAccountKey();
  }
  return current;
}

/** All that is in memory of an account, as lib/keyring_sound.js and lib/keyring_check.js have it. */
export const inMemory = (account) => accounts.get(account) ?? {};

/** The private wrapping keys of the account's generations that are in memory, by fingerprint. */
export function accountKeys(account) {
  return accounts.get(account)?.keys ?? new Map();
}

/** The X-Wing private key of this browser's device. */
export async function loadDevice(account, device) {
  return loadPrivateKey(await decrypt(account, `device/${device.fingerprint}`, device.seed));
}

async function readAccount(account, members, digest) {
  const device = await get(account, "account", "device");
  const known = await get(account, "account", "known");
  const isChecked = device && known?.checked === digest;
  if (isChecked) {
    const { status, highest } = known;
    return { members, ...(await openAll(account, members, device)), status, highest };
  }
  // Most pages meet what this browser has checked before, and need none of this.
  const { checkAccount } = await import("./keyring_check.js");
  const { isNews, ...read } = await checkAccount(account, { members, digest, device, openAll });
  if (isNews) {
    tabs?.postMessage(account);
  }
  return { members, ...read };
}

// {key, keys} of the box for this device, and of the links to older generations. CannotOpen or WrongKey.
async function openAll(account, members, device) {
  const chain = new Map(members.chain.map((link) => [link.fingerprint, link]));
  const newest = members.chain.at(-1);
  const { box } = members.boxes.find((each) => each.recipient === device.fingerprint);
  const key = await open(box, await loadDevice(account, device), { user: account, link: newest });
  const keys = new Map([[newest.fingerprint, key]]);
  for (const link of members.links.toSorted((one, other) => other.generation - one.generation)) {
    const holder = keys.get(link.recipient);
    // This takes what the holder names as the one before: anybody could have made a box that leads to another.
    const older = chain.get(chain.get(link.recipient)?.before?.fingerprint);
    if (holder && older?.generation === link.generation) {
      keys.set(older.fingerprint, await open(link.box, holder.wrapping, { user: account, link: older }));
    }
  }
  return { key, keys };
}

async function open(box, privateKey, { user, link: { generation, fingerprint, signing_key } }) {
  const place = { user, generation, fingerprint: fromHex(fingerprint), signingKey: fromBase64(signing_key) };
  return openBox(fromBase64(box), privateKey, place);
}

async function digestOf(text) {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(text))));
}
