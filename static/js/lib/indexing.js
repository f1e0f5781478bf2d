// Brings the index of this browser (lib/keyring_search.js) up to date with what the site lists, a step at a time: on the page to
// search on, and from any page that stays open, while nobody waits for it. Not a word of the index goes to the site.
import { withLocalKey } from "./drafts.js";
import { getJson } from "./http.js";
import * as keyring from "./keyring.js";
import { get, put } from "./keyring_store.js";
import { INDEXED } from "./keyring_trust.js";

const LIST = "/search/posts.json";
const CONTENTS = "/search/contents.json";
const COMMENTS = "/search/comments.json";
const AT_ONCE = 20;
const NEWS = ["post.published", "post.revised", "post.deleted", "comment.changed", "membership.ended", "read_request.approved", "news.missed"];
const MOMENT = 50; // milliseconds
const OFTEN = 15 * 60_000; // milliseconds between two times, without news
// After news every browser of a group has something to fetch: not all in the same second.
const AFTER_NEWS = 20_000; // milliseconds, at least, and as long again at most
const PATIENCE = 5_000; // milliseconds that a step waits for an idle moment

/** {posts, people}: what the site says of the posts that can be read, newest first, and the names of who wrote comments, by uid. */
export async function listReadable() {
  const [posts, people] = [new Map(), new Map()];
  for (let next = "?"; next;) {
    const page = await getJson(LIST + next, { promised: ["posts", "people", "next"] });
    page.posts.forEach((row) => posts.set(row.post, row));
    Object.entries(page.people).forEach(([uid, name]) => people.set(uid, name));
    ({ next } = page);
  }
  return { posts, people };
}

/** Makes the index one of these posts; `told` is called, and waited for, after each step. Tabs take turns. */
export async function bringUpToDate(account, posts, told) {
  const tried = new Set();
  const step = async () => {
    const ids = await keyring.prepare(account, "keptIndex");
    const gone = ids.filter((id) => !posts.has(id.split("/")[0]));
    gone.length && (await keyring.prepare(account, "dropPosts", gone));
    const kept = new Set(ids);
    const lacking = [...posts.values()].filter((row) => !kept.has(idOf(row)) && !tried.has(row.post));
    await bring(account, lacking.slice(0, AT_ONCE), tried);
    return lacking.length > 0;
  };
  while (await navigator.locks.request(`secureblogs-index-${account}`, step)) {
    await told();
  }
  await told();
}

/** Keeps the index up from this page on, in the background. Nobody misses a failure: the next page, or news, does it again. */
export function keepIndex(account) {
  let timer = null;
  const look = (since) => catchUp(account, since).catch(() => null);
  const heard = () => {
    const at = Date.now();
    timer ??= setTimeout(() => {
      timer = null;
      look(at);
    }, AFTER_NEWS * (1 + Math.random()));
  };
  NEWS.forEach((name) => document.addEventListener(name, heard));
  return look(Date.now() - OFTEN);
}

// One tab does it, if none has since this time.
async function catchUp(account, since) {
  const lock = `secureblogs-indexing-${account}`;
  await navigator.locks.request(lock, { ifAvailable: true }, async (held) => {
    if (!held || keyring.wasForgotten() || navigator.connection?.saveData) {
      return;
    }
    const last = await get(account, "seen", INDEXED);
    if (last?.at > since || (await keyring.loadAccount(account)).state !== "ready") {
      return;
    }
    const begun = Date.now();
    await bringUpToDate(account, (await listReadable()).posts, idle);
    await put(account, "seen", { name: INDEXED, at: begun });
  });
}

const idOf = ({ post, revision, comments }) => `${post}/${revision}/${comments}`;

// Adds to `tried` the posts that came, whether they open here or not. One that did not come is not for this person any more.
async function bring(account, rows, tried) {
  if (rows.length === 0) {
    return;
  }
  const { envelopes, comments } = await getJson(`${CONTENTS}?posts=${rows.map(({ post }) => post)}`, { promised: ["envelopes", "comments"] });
  const lacked = await withLocalKey(account, "lackedComments", comments);
  const sealed = await fetchComments(lacked);
  while (keyring.isBusy()) {
    await pause(MOMENT);
  }
  const stamps = new Map(rows.map((row) => [row.post, row.comments]));
  const posts = envelopes.map((envelope) => {
    const own = comments.filter(({ post }) => post === envelope.post);
    return { envelope, stamp: stamps.get(envelope.post), comments: own.map((row) => sealed.get(row.comment) ?? row) };
  });
  await withLocalKey(account, "indexPosts", posts);
  (posts.length ? envelopes : rows).forEach(({ post }) => tried.add(post));
}

async function fetchComments(uids) {
  const found = new Map();
  for (let left = uids; left.length;) {
    const asked = left.slice(0, AT_ONCE);
    const { comments } = await getJson(`${COMMENTS}?comments=${asked}`, { promised: ["comments"] });
    comments.forEach((row) => found.set(row.comment, row));
    // The site gives as many as one answer holds; where none came, they are gone.
    left = left.filter((uid) => !found.has(uid) && (comments.length || !asked.includes(uid)));
  }
  return found;
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// Not every browser tells of idle moments.
const idle = () => (globalThis.requestIdleCallback ? new Promise((resolve) => requestIdleCallback(resolve, { timeout: PATIENCE })) : pause(10 * MOMENT));
