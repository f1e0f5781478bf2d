// What a browser may do with its person's keys as the self-check left them. Runs in the keyring's worker.
import { inMemory, NoAccountKey } from "./keyring_account.js";
import { NoKeyHere } from "./keyring_keys.js";

// A browser that was never given its person's key, or is no device of theirs any more.
const WITHOUT_KEY = ["other-key", "removed"];

/** No page has brought what the server says of this account's keys. */
class NotChecked extends Error {
  name = "NotChecked";
}

/** What the server says of the account's keys does not go on from what this browser remembers. */
class KeyProblem extends Error {
  name = "KeyProblem";
}

/** Nobody publishes or lets anybody in while the check fails (KeyProblem, NotChecked), or without the key (NoKeyHere). */
export function checkMayAct(account) {
  const { status } = inMemory(account);
  if (!status) {
    throw new NotChecked();
  }
  if (status.findings.length > 0) {
    throw new KeyProblem();
  }
  if (WITHOUT_KEY.includes(status.state)) {
    throw new NoKeyHere();
  }
}

/**
 * {members, base, holders, device, highest}: what a new key follows, the AccountKey that signs it and whoever may get it.
 * After a failed check these are what this browser remembers; NoAccountKey if that leads nowhere.
 */
export function currentBase(account) {
  const { members, key, base = key, status, highest, holders = members?.keyholders?.holders } = inMemory(account);
  if (!base) {
    throw new NoAccountKey();
  }
  return { members, base, holders, device: status.device, highest };
}
