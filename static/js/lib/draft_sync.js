// Drafts on every device: what this browser keeps of a draft goes to the site as a store object, sealed under the account's
// key. Loaded when there is something to bring. Each version has one author: of two devices that wrote the same one, the
// second keeps its text as a draft of its own.
import { toHex } from "../crypto/bytes.js";
import * as kept from "./drafts.js";
import * as keyring from "./keyring.js";
import { loadObject, putObject } from "./store.js";

const { DRAFT } = kept;
/**
 * Begins the slot of what the site has of a draft: {version, from, digest, lost}, `from` being what the text here goes on from,
 * and `lost` the last version that the site had before it once said that it has none.
 */
export const SAVED = "saved/";
/** The name of the list of those that were published or discarded, on any device. */
export const ENDED = "drafts/ended";
// Not said by its author, so that it makes no difference.
const ASIDE = ["base", "keptAt", "sent"];

/**
 * Brings a draft to the site. "saved", "here" for somebody without an account key, or "moved": another device has saved
 * another text, which is the draft now; `move` has given this one another id before. Errors as in lib/store.js.
 */
export function push(account, id, move = () => moveDraft(account, id)) {
  return alone(account, id, () => bring(account, id, move));
}

async function bring(account, id, move) {
  const draft = await kept.loadDraft(account, DRAFT + id);
  const saved = draft && (await kept.loadDraft(account, SAVED + id));
  const digest = draft && (await digestOf(draft));
  if (!draft || saved?.digest === digest) {
    return "saved";
  }
  if (!(await hasKey(account))) {
    return "here";
  }
  const from = draft.base ?? 0;
  const base = saved?.from === from ? saved.version : from;
  const note = (version) => noteSaved(account, id, { version, from, digest });
  const { isStored, other } = await put(account, id, draft, base);
  if (isStored) {
    await note(base + 1);
    return "saved";
  }
  return other ? compare(account, id, { other, draft, base, note, move }) : bringAgain(account, id, { draft, base, note, move });
}

async function compare(account, id, { other, draft, base, note, move }) {
  const { value, version } = await keyring.prepare(account, "openObject", DRAFT + id, other);
  if ((await digestOf(value)) === (await digestOf(draft))) {
    await note(version);
    return "saved";
  }
  if (version === base) {
    // The account's key was replaced: the same version, sealed anew.
    await put(account, id, draft, base).then(({ isStored }) => isStored && note(base + 1));
    return "saved";
  }
  await move();
  await keep(account, id, value, version);
  return "moved";
}

// The site has it no more, although this text changed.
async function bringAgain(account, id, { draft, base, note, move }) {
  const { value } = await loadObject(account, ENDED);
  if (value?.includes(id)) {
    await move();
    await kept.dropDraft(account, DRAFT + id);
    await kept.dropDraft(account, SAVED + id);
    return "moved";
  }
  await noteLost(account, id, base);
  await put(account, id, draft, 0).then(({ isStored }) => isStored && note(1));
  return "saved";
}

/** Keeps the text of another device as the draft. */
export async function keep(account, id, value, version) {
  await kept.saveDraft(account, DRAFT + id, { ...value, base: version });
  await noteSaved(account, id, { version, from: version, digest: await digestOf(value) });
}

async function noteSaved(account, id, saved) {
  const { lost = 0 } = (await kept.loadDraft(account, SAVED + id)) ?? {};
  await kept.saveDraft(account, SAVED + id, { ...saved, lost });
}

/** Lets the site begin a draft anew that it says it has no more. What it shows up to that version may be older than the text here. */
export async function noteLost(account, id, base = 0) {
  const { version = 0, lost = 0 } = (await kept.loadDraft(account, SAVED + id)) ?? {};
  await kept.saveDraft(account, SAVED + id, { lost: Math.max(lost, version, base) });
  await keyring.prepare(account, "openAnyway", DRAFT + id, null);
}

/**
 * Gives a draft another id, so that neither text overwrites the other one. It is a post of its own, to which the page that goes
 * on with it takes its files along.
 */
export async function moveDraft(account, id) {
  const draft = await kept.loadDraft(account, DRAFT + id);
  const moved = crypto.randomUUID();
  const files = draft.files?.map((file) => ({ post: draft.post, ...file }));
  await kept.saveDraft(account, DRAFT + moved, { ...draft, files, post: moved, base: 0, sent: [] });
}

async function put(account, id, draft, base) {
  const { base: _, ...value } = draft;
  return putObject(account, DRAFT + id, await keyring.prepare(account, "sealObject", DRAFT + id, { value, version: base + 1 }));
}

/** Tells texts apart. */
export async function digestOf(draft) {
  const said = Object.entries(draft).filter(([name]) => !ASIDE.includes(name)).sort();
  const bytes = new TextEncoder().encode(JSON.stringify(said));
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** Whether this browser holds the account's key. */
export async function hasKey(account) {
  return (await keyring.loadAccount(account)).state === "ready";
}

/** One tab after the other. */
export function alone(account, id, task) {
  return navigator.locks.request(`secureblogs-saved/${account}/${id}`, task);
}
