// The self-check: whether what the server says of a person's own keys goes on from what this browser remembers.
import { fromBase64, fromHex } from "../crypto/bytes.js";
import { checkChain, Link } from "../crypto/chains.js";
import { verify } from "../crypto/ed25519.js";
import * as statements from "../crypto/statements.js";
import { put, remove } from "./keyring_store.js";

/** {status}, and for the state `ready` {key, keys} of what `openAll` opened. Remembers what holds. */
export async function checkAccount(account, { members, digest, device, known, openAll }) {
  const status = await judge(account, { members, device, known });
  if (status.state === "removed") {
    await remove(account, "account", "device");
  }
  if (status.state !== "ready") {
    return { status };
  }
  const opened = await openAll(account, members, device).catch(() => null);
  if (!opened) {
    return { status: { state: "broken", findings: ["box"] } };
  }
  const { generation, fingerprint, signing_key: signingKey } = members.chain.at(-1);
  const firm = { generation, fingerprint, signingKey, number: members.keyholders.number };
  await put(account, "account", { id: "known", firm, pending: null, checked: digest, status, held: [...opened.keys.keys()] });
  return { ...opened, status };
}

/** A link of `account.json` or `keys.json` in bytes. */
export function readLink({ generation, fingerprint, signing_key, cause, before, signature, signature_before }) {
  return new Link({
    generation,
    fingerprint: fromHex(fingerprint),
    signingKey: fromBase64(signing_key),
    cause,
    before: before && { fingerprint: fromHex(before.fingerprint), statement: fromHex(before.statement) },
    signature: fromBase64(signature),
    signatureBefore: signature_before && fromBase64(signature_before),
  });
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
  const start = known?.firm ?? (isSame(known?.pending, newest) ? known.pending : null);
  if (!start) {
    return { state: "other-key", findings: [] };
  }
  const finding = (await chainFinding(account, members, start)) ?? (await listFinding(account, members, start));
  if (finding) {
    return { state: finding === "older" ? "older" : "broken", findings: [finding] };
  }
  const isListed = device && members.keyholders.holders.some(({ fingerprint }) => fingerprint === device.fingerprint);
  if (!isListed) {
    const removed = members.removed.find(({ fingerprint }) => fingerprint === device?.fingerprint);
    return { state: "removed", findings: [], at: removed?.removed_at ?? null };
  }
  const { generation, fingerprint } = newest;
  const isMoving = members.links.length > 0;
  return { state: "ready", findings: [], generation, fingerprint, device: device.fingerprint, isMoving };
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
    const since = members.chain.slice(at).map(readLink);
    if (since.slice(1).some(({ cause }) => cause === "reset")) {
      return "reset";
    }
    await checkChain(since, { user: account });
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

function isSame(start, link) {
  return Boolean(start) && start.fingerprint === link.fingerprint && start.signingKey === link.signing_key;
}
