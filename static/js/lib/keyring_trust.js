// What a browser remembers of its person's account key (`known`): the newest one that was checked (`firm`), one that it
// sent itself (`pending`), those before (`past`), who held it, and the highest numbers that were seen.
import { get, getIds, put, remove } from "./keyring_store.js";

/** The name under which this browser remembers when its index was last brought up to date. */
export const INDEXED = "indexed";

/** Remembers an account that a code proved, whatever was remembered before; the highest numbers stay. */
export async function believe(account, { generation, fingerprint, signingKey, number }) {
  const known = await get(account, "account", "known");
  const firm = { generation, fingerprint, signingKey, number };
  const highest = highestOf(known?.highest, firm);
  await put(account, "account", { id: "known", firm, pending: null, checked: "", held: [], past: [firm], holders: [], highest });
}

/** Whether this browser trusted this very generation before. */
export function isTrusted({ past = [] }, link) {
  return past.some((one) => one.fingerprint === link.fingerprint && one.signingKey === link.signing_key);
}

/**
 * What a failure leaves where the newest key is trusted all the same: the keys to read with, and the base of a new key.
 * Only those may get that whom this browser remembers: who was taken off comes back with an older list, and who was
 * planted with a false one.
 */
export function failing(status, { opened, known, device }) {
  const { holders = [], highest } = known;
  const remembered = holders.map(({ fingerprint }) => fingerprint);
  const canReplace = opened !== null && remembered.includes(device.fingerprint);
  const failed = { ...status, device: device?.fingerprint, canReplace, remembered };
  return { status: failed, keys: opened?.keys, base: canReplace ? opened.key : null, holders, highest };
}

/** Remembers an account that was checked; the highest numbers that were seen. */
export async function trust(account, { members, digest, known, status, opened }) {
  const { generation, fingerprint, signing_key: signingKey } = members.chain.at(-1);
  const { number, holders } = members.keyholders;
  const firm = { generation, fingerprint, signingKey, number };
  const past = [...(known?.past ?? []).filter((one) => one.fingerprint !== fingerprint), firm];
  const highest = highestOf(known?.highest, firm);
  // Another tab may be sending a newer one at this moment.
  const pending = known?.pending?.generation > generation ? known.pending : null;
  const held = [...opened.keys.keys()];
  await put(account, "account", { id: "known", firm, pending, checked: digest, status, held, past, holders, highest });
  return highest;
}

/** The seed of a device that was taken off the list goes, with the index of what it could read, and the day stays. */
export async function forgetDevice(account, known, { at }) {
  await remove(account, "account", "device");
  await forgetIndex(account);
  await put(account, "account", { ...known, checked: "", held: [], removedAt: at });
}

/** What this browser kept to search in goes with the device for which it was sealed. */
export async function forgetIndex(account) {
  await remove(account, "seen", INDEXED);
  for (const id of await getIds(account, "index")) {
    await remove(account, "index", id);
  }
}

function highestOf(before, { generation, number }) {
  return {
    generation: Math.max(before?.generation ?? 0, generation),
    number: Math.max(before?.number ?? 0, number),
  };
}
