// What somebody typed into the fields of comments and has not sent, encrypted in this browser as drafts of posts are. Each text
// has an id, the uid of the comment that it is to become, and one tab writes it: two tabs do not overwrite one another's. A
// name is that of a field, as in {name, uid, body, sent}, the draft of a field; the tab remembers its id.
import { inTime } from "./backoff.js";
import { beReady, dropDraft, hold, isHeld, listDrafts, loadDraft, saveDraft } from "./drafts.js";
import { forget, recall, remember } from "./tab_memory.js";

const MOMENT = 800; // milliseconds
const AGAIN = 10_000; // milliseconds after which a page tries once more to keep what it could not
const A_WHILE = 2_000; // milliseconds that a comment waits until it is kept
const timers = new Map();
const held = new Set();
const ended = new Set();
let saving = Promise.resolve();

/** Keeps the text of a field a moment after it changed; later if that fails. */
export function keepSoon(draft) {
  // The site may be away later.
  beReady(accountOf()).catch(() => null);
  keepIn(MOMENT, draft);
}

function keepIn(time, draft) {
  clearTimeout(timers.get(draft.name));
  timers.set(
    draft.name,
    setTimeout(() => keep(draft), time),
  );
}

/** Keeps it now, unless that takes too long. */
export function keepNow(draft) {
  clearTimeout(timers.get(draft.name));
  return inTime(keep(draft), A_WHILE);
}

/** {uid, body, sent, isCopy} that this tab kept, or that a closed one left, or null. Of another tab's text it is a copy. */
export async function kept(name) {
  const uid = recall(markOf(name));
  const own = uid && (await loadDraft(accountOf(), slotOf(name, uid)));
  return own ? { ...own, isCopy: !(await claim(name, uid)) } : left(name);
}

/** The text was sent, or nobody wants it any more. */
export function drop({ name, uid }) {
  clearTimeout(timers.get(name));
  ended.add(uid);
  recall(markOf(name)) === uid && forget(markOf(name));
  inTurn(() => dropDraft(accountOf(), slotOf(name, uid)));
}

function keep(draft) {
  return inTurn(() => save(draft).catch(() => keepIn(AGAIN, draft)));
}

async function save({ name, uid, ...draft }) {
  if (ended.has(uid)) {
    return;
  }
  await claim(name, uid);
  const slot = slotOf(name, uid);
  await (draft.body ? saveDraft(accountOf(), slot, { ...draft, uid, keptAt: Date.now() }) : dropDraft(accountOf(), slot));
}

// Or an older text could be written last.
function inTurn(task) {
  saving = saving.then(task).catch(() => null);
  return saving;
}

async function left(name) {
  for (const { id } of await listDrafts(accountOf(), slotOf(name, ""))) {
    if (!(await isHeld(lockOf(name, id))) && (await claim(name, id))) {
      return loadDraft(accountOf(), slotOf(name, id));
    }
  }
  return null;
}

// Makes a text this tab's.
async function claim(name, uid) {
  const isMine = held.has(uid) || (await hold(lockOf(name, uid))) !== null;
  if (isMine) {
    held.add(uid);
    remember(markOf(name), uid);
  }
  return isMine;
}

const accountOf = () => document.body.dataset.user;
const lockOf = (name, uid) => `secureblogs-${markOf(name)}/${uid}`;
const markOf = (name) => `${accountOf()}/${name}`;
const slotOf = (name, uid) => `${name}/${uid}`;
