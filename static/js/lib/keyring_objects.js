// Store objects in the keyring's worker: what a person's browsers keep for one another, sealed under the account's key. A
// page brings what the site answers, and sends what this module seals.
import { fromBase64, toBase64, utf8 } from "../crypto/bytes.js";
import { CannotOpen } from "../crypto/errors.js";
import { RESET } from "../crypto/statements.js";
import * as objects from "../crypto/store_objects.js";
import { currentAccount, currentMembers } from "./keyring_account.js";
import { change, get, remove } from "./keyring_store.js";

/** The site answered an older version than this browser has seen, or none where there was one. */
class OlderObject extends Error {
  name = "OlderObject";
}

/**
 * {value, version} of an object as the site answered it, null and 0 for the null that stands for none. OlderObject;
 * CannotOpen if it was not sealed in this very place; NoAccountKey where this browser holds none.
 */
export async function openObject(account, name, stored) {
  return read(await openStored(account, name, stored), stored);
}

/** The same of whatever the site has, null for what does not open: its owner goes by what this browser remembers. */
export async function openAnyway(account, name, stored) {
  const { keys } = currentAccount(account);
  await remove(account, "seen", name);
  return read(stored && (await openSealed(keys, name, stored).catch(() => null)), stored);
}

function read(bytes, stored) {
  return { value: bytes && JSON.parse(new TextDecoder().decode(bytes)), version: stored?.version ?? 0 };
}

/** {generation, version, sealed} of a JSON value, for the site. NoAccountKey. */
export async function sealObject(account, name, { value, version }) {
  return sealStored(account, name, { bytes: utf8(JSON.stringify(value)), version });
}

/** The bytes of an object as the site answered it, or null; the errors of `openObject`. */
export async function openStored(account, name, stored) {
  // Another page's call may bring other keys while this one waits for the disk.
  const { keys } = currentAccount(account);
  if (isOlder(account, stored, await get(account, "seen", name))) {
    throw new OlderObject();
  }
  if (!stored) {
    return null;
  }
  const bytes = await openSealed(keys, name, stored);
  await noteObject(account, name, stored);
  return bytes;
}

/** The bytes of an object that one of these account keys opens, whatever this browser has seen; CannotOpen. */
export async function openSealed(keys, name, { generation, version, sealed }) {
  const accountKey = [...keys.values()].find((key) => key.generation === generation);
  try {
    return await objects.openObject(fromBase64(sealed), { accountKey, name, version });
  } catch (error) {
    // Or a generation of which this browser has no key, or what is no base64, no version.
    throw new CannotOpen("", { cause: error });
  }
}

/** {generation, version, sealed} of bytes, under the newest account key. NoAccountKey. */
export async function sealStored(account, name, { bytes, version }) {
  const { key: accountKey } = currentAccount(account);
  const sealed = await objects.sealObject(bytes, { accountKey, name, version });
  return { generation: accountKey.generation, version, sealed: toBase64(sealed) };
}

/** Remembers that the site has this version: what it says later may not be older. */
export async function noteObject(account, name, { generation, version }) {
  // Another tab may have seen a newer one meanwhile.
  const noted = { name, generation, version };
  await change(account, "seen", name, (seen) => (isOlder(account, noted, seen) ? null : noted));
}

// A person who started over has lost what their browsers sealed before, and begins anew.
function isOlder(account, stored, seen) {
  const isOver = currentMembers(account)?.chain.some(({ generation, cause }) => cause === RESET && generation > seen?.generation);
  const isBelow = () => !stored || stored.version < seen.version || stored.generation < seen.generation;
  return Boolean(seen) && !isOver && isBelow();
}
