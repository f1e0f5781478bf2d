// What a browser keeps to search in: title, tags and words of each post that its person can read, and of the comments under it.
// They lie in IndexedDB under the key of drafts (keyring_drafts.js), by an id that says how new they are. Runs in the keyring's
// worker. Calls find NoLocalKey where this browser has no key of drafts, but for `keptIndex` and `dropPosts`. The keyring
// judges who signed a text when somebody opens it, not here.
import { utf8 } from "../crypto/bytes.js";
import { openComment } from "../crypto/comments.js";
import { openEnvelope, readEnvelope } from "../crypto/envelopes.js";
import { inMemory } from "./keyring_account.js";
import { readSealed } from "./keyring_comments.js";
import { checkLocalKey, openLocally, ownName, sealLocally } from "./keyring_drafts.js";
import { withOwnKeys } from "./keyring_posts.js";
import { get, getIds, put, remove } from "./keyring_store.js";
import { plainText } from "./words.js";

const CLOSED = ["CannotOpen", "InvalidDocument", "WrongKey", "WrongSignature"];
const MOST_TEXT = 300_000; // characters, so that no text holds a browser up

/** The ids of all that this browser keeps: `<post>/<revision>/<which comments>`, as the site's list of posts says both. */
export const keptIndex = (account) => getIds(account, "index");

/** What is kept by this id, or null if it does not open here any more. */
export async function openKept(account, id) {
  const record = await get(account, "index", id);
  if (!record || record.under !== (await ownName(account))) {
    return null;
  }
  const opened = openLocally(account, placeOf(id), record);
  return opened.then((bytes) => JSON.parse(new TextDecoder().decode(bytes)), () => null);
}

/** The uids of those of these comments, {post, comment, revision}, that are not kept as they are now. */
export async function lackedComments(account, comments) {
  await checkLocalKey(account);
  const lacked = [];
  for (const post of new Set(comments.map((each) => each.post))) {
    const known = new Map((await keptOf(account, post))?.comments.map((each) => [each.comment, each.revision]));
    const others = comments.filter((each) => each.post === post && known.get(each.comment) !== each.revision);
    lacked.push(...others.map(({ comment }) => comment));
  }
  return lacked;
}

/**
 * Keeps what can be opened of these posts, {envelope, stamp, comments}: `stamp` says which comments there are, {comment, revision,
 * author, parent, at}, those with `sealed` that `lackedComments` named.
 */
export async function indexPosts(account, posts) {
  const under = await ownName(account);
  for (const { envelope, stamp, comments } of posts) {
    const read = await readPost(account, envelope);
    if (read) {
      const { thread, ...post } = read;
      const known = (await keptOf(account, post.post))?.comments ?? [];
      const kept = { ...post, comments: await readComments(comments, { post, thread, known }) };
      await keep(account, { id: `${post.post}/${post.revision}/${stamp}`, kept, under });
    } else {
      // Of an earlier revision.
      await dropPosts(account, await idsOf(account, envelope.post));
    }
  }
}

/** Takes these ids out of the index. */
export async function dropPosts(account, ids) {
  for (const id of ids) {
    await remove(account, "index", id);
  }
}

/** The tags of all posts that are kept, those of this group first, the ones that are used most before others. */
export async function usedTags(account, group) {
  await checkLocalKey(account);
  const counts = new Map();
  for (const id of await keptIndex(account)) {
    const kept = await openKept(account, id);
    for (const tag of kept?.tags ?? []) {
      const { inGroup, all } = counts.get(tag) ?? { inGroup: 0, all: 0 };
      counts.set(tag, { inGroup: inGroup + Number(kept.group === group), all: all + 1 });
    }
  }
  const sorted = [...counts].toSorted(([, one], [, other]) => other.inGroup - one.inGroup || other.all - one.all);
  return sorted.map(([tag]) => tag);
}

// {post, group, author, revision, title, tags, text, thread} of an envelope, or null if it does not open here.
async function readPost(account, members) {
  try {
    const envelope = readEnvelope(members);
    const { document } = await withOwnKeys(account, envelope, (key) => openEnvelope(envelope, key));
    const { post, group, author, revision } = members;
    const { title, body, tags, thread } = document;
    return { post, group, author, revision, title, tags, text: cut(body), thread };
  } catch (error) {
    // Keys that another tab changed are out of memory for a moment: a post is not closed for want of those.
    return unlessClosed(error, error.name === "NoKeyHere" && inMemory(account).status);
  }
}

// {comment, revision, author, at, text} of those of a post's comments that open; the ones without `sealed` are among the `known`
// ones.
async function readComments(comments, { post: { post, group }, thread, known }) {
  const read = [];
  for (const { sealed, ...each } of comments) {
    const before = known.find(({ comment, revision }) => comment === each.comment && revision === each.revision);
    const text = sealed ? await open(sealed, { place: { ...each, post, group }, thread }) : (before?.text ?? null);
    if (text !== null) {
      const { comment, revision, author, at } = each;
      read.push({ comment, revision, author, at, text });
    }
  }
  return read;
}

async function open(sealed, { place, thread }) {
  try {
    return thread ? cut((await openComment(readSealed(sealed), { place, thread })).body) : null;
  } catch (error) {
    return unlessClosed(error);
  }
}

function cut(body) {
  return plainText(body.slice(0, 2 * MOST_TEXT)).slice(0, MOST_TEXT).toWellFormed();
}

function unlessClosed(error, isClosed = false) {
  if (isClosed || CLOSED.includes(error.name)) {
    return null;
  }
  throw error;
}

async function keep(account, { id, kept, under }) {
  await put(account, "index", { id, ...(await sealLocally(account, placeOf(id), utf8(JSON.stringify(kept)))) });
  // Meanwhile this browser may have been taken off the list, and what it kept with it.
  const isOver = under !== (await ownName(account));
  const others = await idsOf(account, kept.post);
  await dropPosts(account, others.filter((other) => isOver || other !== id));
}

async function keptOf(account, post) {
  const [id] = await idsOf(account, post);
  return id ? openKept(account, id) : null;
}

async function idsOf(account, post) {
  return (await keptIndex(account)).filter((id) => id.startsWith(`${post}/`));
}

const placeOf = (id) => `index/${id}`;
