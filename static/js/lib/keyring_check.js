// The self-check: whether what the server says of a person's own keys goes on from what this browser remembers.
import { fromBase64, fromHex } from "../crypto/bytes.js";
import { checkChain, readLink, startsOver } from "../crypto/chains.js";
import { verify } from "../crypto/ed25519.js";
import * as statements from "../crypto/statements.js";
import { get } from "./keyring_store.js";
import { failing, forgetDevice, isTrusted, trust } from "./keyring_trust.js";

/**
 * {status}, for the state `ready` {key, keys} of what `openAll` opened, and for a failure {base, keys} if the newest key
 * is one that this browser trusts all the same: with that it reads on, and can replace the key. Remembers what holds;
 * `isNews` if that is something new.
 */
export async function checkAccount(account, { members, digest, device, openAll }) {
  // A tab with an older answer, which comes last, must not make the browser remember less.
  return navigator.locks.request(`secureblogs-check-${account}`, async () => {
    const known = await get(account, "account", "known");
    const { isProven = false, ...status } = await judge(account, { members, device, known });
    // A fresh device, which waits to be let in, stays.
    if (status.state === "removed" && members.removed.some(({ fingerprint }) => fingerprint === device?.fingerprint)) {
      await forgetDevice(account, known, status);
      return { status, isNews: true };
    }
    if (status.state !== "ready" && !isProven) {
      return { status };
    }
    const opened = await openAll(account, members, device).catch(() => null);
    if (status.state !== "ready") {
      return failing(status, { opened, known, device });
    }
    if (!opened) {
      return { status: { state: "broken", findings: ["box"] } };
    }
    const highest = await trust(account, { members, digest, known, status, opened });
    return { ...opened, status, highest, isNews: true };
  });
}

/**
 * What does not hold in `members` for who trusts in `start`, {generation, fingerprint, signingKey, number}; null if the
 * chain leads on from there, and its newest key signed the list.
 */
export async function findingSince(account, members, start) {
  return (await chainFinding(account, members, start)) ?? listFinding(account, members, start);
}

/** The bytes that a list of keyholders signs, as JSON has it. */
export function listStatement(user, { generation, number, holders }) {
  const inBytes = holders.map((holder) => ({ ...holder, fingerprint: fromHex(holder.fingerprint) }));
  return statements.keyholders({ user, generation, listNumber: number, holders: inBytes });
}

async function judge(account, { members, device, known }) {
  const newest = members.chain.at(-1);
  if (!newest) {
    return known?.firm ? { state: "older", findings: ["no-key"] } : { state: "none", findings: [] };
  }
  const start = startOf(known, members.chain);
  if (!start) {
    return { state: "other-key", findings: [] };
  }
  const ofChain = await chainFinding(account, members, start);
  const finding = ofChain ?? (await listFinding(account, members, start));
  if (finding) {
    const isProven = ofChain === null || isTrusted(known, newest);
    return { state: finding === "older" ? "older" : "broken", findings: [finding], isProven };
  }
  const isListed = device && members.keyholders.holders.some(({ fingerprint }) => fingerprint === device.fingerprint);
  if (!isListed) {
    const removed = members.removed.find(({ fingerprint }) => fingerprint === device?.fingerprint);
    return { state: "removed", findings: [], at: removed?.removed_at ?? known.removedAt ?? null };
  }
  const { generation, fingerprint } = newest;
  const isMoving = members.links.length > 0;
  return { state: "ready", findings: [], generation, fingerprint, device: device.fingerprint, isMoving };
}

// From what this browser drew itself, where the server shows that: nobody else could have made it. Else from what it has
// seen.
function startOf(known, chain) {
  const { firm = null, pending = null } = known ?? {};
  const isNewer = pending && pending.generation > (firm?.generation ?? 0);
  if (isNewer && chain.some((link) => isSame(pending, link))) {
    return { ...pending, number: Math.max(pending.number, firm?.number ?? 0) };
  }
  return firm;
}

async function chainFinding(account, members, start) {
  const at = members.chain.findIndex(({ generation }) => generation === start.generation);
  if (at < 0) {
    return members.chain.at(-1).generation < start.generation ? "older" : "rival";
  }
  if (!isSame(start, members.chain[at])) {
    return "rival";
  }
  try {
    const chain = members.chain.map(readLink);
    if (startsOver(chain) > at) {
      return "reset";
    }
    // All of it: a box leads to a link before `start`, and a `reset` in any place lets store objects begin anew.
    await checkChain(chain, { user: account });
    return null;
  } catch {
    return "chain";
  }
}

async function listFinding(account, members, start) {
  const list = members.keyholders;
  const newest = members.chain.at(-1);
  try {
    const signingKey = fromBase64(newest.signing_key);
    await verify(fromBase64(list.signature), listStatement(account, list), { signingKey });
  } catch {
    return "list";
  }
  if (list.generation !== newest.generation) {
    return "list";
  }
  return list.number < start.number ? "older" : null;
}

function isSame({ fingerprint, signingKey }, link) {
  return fingerprint === link.fingerprint && signingKey === link.signing_key;
}
