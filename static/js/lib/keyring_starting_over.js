// Starting over with an account key that nothing before it signed, in the keyring's worker: for who lost every device and
// has no recovery code.
import { AccountKey, SEED_SIZE } from "../crypto/account_keys.js";
import { readPublicKey } from "../crypto/public_keys.js";
import { RESET } from "../crypto/statements.js";
import { accountKeys, currentMembers } from "./keyring_account.js";
import { ownDevice, remember } from "./keyring_changes.js";
import { boxFor, random, signLink, signList, signOwnKey } from "./keyring_signing.js";
import { get, put } from "./keyring_store.js";

/**
 * The body of `POST /keys/account/` for a key that this browser alone holds, under this name. `own` has the fingerprints of
 * the own keys that go on: the person knows them, since nothing here proves whose they are.
 */
export async function prepareReset(account, { name, own }) {
  const members = currentMembers(account);
  const { firm } = (await get(account, "account", "known")) ?? {};
  // A device that was on the list, or was removed, is not taken again.
  const device = await ownDevice(account, { isFresh: true });
  const generation = Math.max(members.chain.at(-1).generation, firm?.generation ?? 0) + 1;
  const number = Math.max(members.keyholders.number, firm?.number ?? 0) + 1;
  const key = await AccountKey.load(random(SEED_SIZE), { user: account, generation });
  const list = await signList(key, { number, holders: [{ kind: "device", fingerprint: device.fingerprint, name }] });
  await remember(account, key, number);
  const kept = members.own_keys.filter(({ fingerprint }) => own.includes(fingerprint));
  return {
    link: await signLink(key, { cause: RESET }),
    keyholders: { number, holders: list.holders, signature: list.signature },
    devices: [{ public_key: device.publicKeyPem }],
    recovery_codes: [],
    boxes: [await boxFor(key, (await readPublicKey(device.publicKeyPem)).der)],
    link_box: null,
    own_keys: await Promise.all(kept.map((each) => signOwnKey(key, each))),
  };
}

/**
 * {state, askedAt, dueAt} of the account that the page brought last. The state is `waiting` while what this browser asked
 * for waits, `stopped` if it waited and no longer does, `done` while this browser holds a key that started over and has no recovery code, else
 * `none`.
 */
export async function startingOver(account) {
  const { chain, recovery_codes: codes, starting_over: asked } = currentMembers(account);
  // Another tab's news may have all of it forgotten while this waits.
  const held = accountKeys(account);
  const known = await get(account, "account", "known");
  const pending = known?.pending;
  if (pending && asked?.link.fingerprint === pending.fingerprint) {
    await put(account, "account", { ...known, pending: { ...pending, hasWaited: true } });
    return { state: "waiting", askedAt: asked.asked_at, dueAt: asked.due_at };
  }
  if (pending?.hasWaited) {
    return { state: "stopped" };
  }
  const newest = chain.at(-1);
  const isOwed = newest?.cause === RESET && held.has(newest.fingerprint) && codes.length === 0;
  return { state: isOwed ? "done" : "none" };
}
