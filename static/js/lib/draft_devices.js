// Drafts from other devices, and their ends. What was published or discarded is in a list that is sealed, too: a site that
// lost a draft, or says so, gets it again, and no device drops its copy.
import { isUuid } from "../crypto/bytes.js";
import { alone, digestOf, ENDED, hasKey, keep, moveDraft, noteLost, push, SAVED } from "./draft_sync.js";
import * as kept from "./drafts.js";
import { getJson } from "./http.js";
import * as keyring from "./keyring.js";
import { deleteObject, fetchObject, loadObject, putBack } from "./store.js";

const NAMES = "/keys/store.json";
const { DRAFT } = kept;
const MOST_ENDED = 1_000;

/** Fetches what other devices saved, and brings what they have not. Whether all of it could be opened. */
export async function pull(account) {
  if (!(await hasKey(account))) {
    return true;
  }
  const { objects } = await getJson(NAMES, { promised: ["objects"] });
  const drafts = objects.filter(({ name }) => name.startsWith(DRAFT) && isUuid(name.slice(DRAFT.length)));
  const there = new Map(drafts.map((object) => [object.name.slice(DRAFT.length), object]));
  const ended = await loadObject(account, ENDED).then(({ value }) => new Set(value), () => null);
  const here = (await kept.listDrafts(account)).map(({ id }) => id);
  const tried = [];
  for (const [id, object] of there) {
    tried.push(await tryTo(() => alone(account, id, () => take(account, id, object))));
  }
  for (const id of here) {
    if (!there.has(id) && ended) {
      await tryTo(() => alone(account, id, () => (ended.has(id) ? dropUnchanged(account, id) : forget(account, id))));
    }
    await tryTo(() => push(account, id));
  }
  return tried.every(Boolean);
}

/** Takes what another device saved of one draft, if this browser has nothing newer of it and no tab writes it. */
export async function refresh(account, id) {
  if (await hasKey(account)) {
    const object = await fetchObject(DRAFT + id);
    object && (await alone(account, id, () => take(account, id, object)));
  }
}

/** Ends a draft that was published or discarded, on every device. */
export function end(account, id) {
  return alone(account, id, () => endThere(account, id));
}

async function endThere(account, id) {
  if (await kept.loadDraft(account, SAVED + id)) {
    await putBack(account, ENDED, (ended) => [...new Set([id, ...(ended ?? [])])].slice(0, MOST_ENDED));
    await deleteObject(DRAFT + id);
    await kept.dropDraft(account, SAVED + id);
  }
}

async function take(account, id, { version: newest }) {
  const saved = await kept.loadDraft(account, SAVED + id);
  const draft = await kept.loadDraft(account, DRAFT + id);
  if (saved && newest <= saved.version) {
    draft || (await endThere(account, id));
    return;
  }
  const object = (await kept.isWritten(account, id)) ? null : await fetchObject(DRAFT + id);
  if (!object) {
    return;
  }
  const { value, version } = await keyring.prepare(account, "openObject", DRAFT + id, object);
  const digest = draft && (await digestOf(draft));
  const mayBeNewer = digest !== saved?.digest || version <= (saved?.lost ?? 0);
  if (draft && mayBeNewer && digest !== (await digestOf(value))) {
    await moveDraft(account, id);
  }
  await keep(account, id, value, version);
}

// The site has it no more, and nobody ended it: it is brought like a new one.
async function forget(account, id) {
  if (await kept.loadDraft(account, SAVED + id)) {
    await noteLost(account, id);
    await kept.saveDraft(account, DRAFT + id, { ...(await kept.loadDraft(account, DRAFT + id)), base: 0 });
  }
}

// It was ended on another device. If it was changed here since, `push` finds that out.
async function dropUnchanged(account, id) {
  const draft = await kept.loadDraft(account, DRAFT + id);
  const saved = await kept.loadDraft(account, SAVED + id);
  if (saved?.digest === (await digestOf(draft)) && !(await kept.isWritten(account, id))) {
    await kept.dropDraft(account, DRAFT + id);
    await kept.dropDraft(account, SAVED + id);
  }
}

async function tryTo(task) {
  try {
    await task();
    return true;
  } catch {
    // The next time.
    return false;
  }
}
