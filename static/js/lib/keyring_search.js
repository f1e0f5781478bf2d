// What finds words in all that lib/keyring_indexing.js keeps: in memory, of pages that search. Runs in the keyring's worker: no
// word of a search, and none of a text, leaves it but for the page. `openIndex` may find NoLocalKey.
import MiniSearch from "../../vendor/minisearch.js";
import { checkLocalKey } from "./keyring_drafts.js";
import { dropPosts, keptIndex, openKept } from "./keyring_indexing.js";
import { excerpt, isUnspaced, marked, normal, wordsOf, wordsToFind } from "./words.js";

const MOST_SHOWN = 50;
const MOST_COMMENTS = 3; // of those that were found, with each post
const MOST_AT_A_TIME = 25; // posts of which the words are taken in before somebody else has their turn
const FUZZY_FROM = 5; // letters
const indexes = new Map();

/** {id: tags} of as much of that as is in memory by now, and whether there `isMore`. Call it until there is no more. */
export async function openIndex(account) {
  await checkLocalKey(account);
  const index = indexes.get(account) ?? { search: newSearch(), posts: new Map(), ids: new Map() };
  indexes.set(account, index);
  const ids = await keptIndex(account);
  const gone = [...index.ids.keys()].filter((id) => !ids.includes(id));
  gone.forEach((id) => takeOut(index, id));
  const missing = ids.filter((id) => !index.ids.has(id));
  for (const id of missing.slice(0, MOST_AT_A_TIME)) {
    const kept = await openKept(account, id);
    // Another device's, or moved here.
    kept ? takeIn(index, id, kept) : await dropPosts(account, [id]);
  }
  const tags = [...index.ids].map(([id, post]) => [id, index.posts.get(post).tags]);
  return { tags: Object.fromEntries(tags), isMore: missing.length > MOST_AT_A_TIME };
}

/** Lets go of what is in memory. */
export async function closeIndex(account) {
  indexes.delete(account);
}

/**
 * {total, found}: how many of these posts have all the words, in themselves or in a comment, and the best of them as {post,
 * title, excerpt, tags, comments}; title and excerpt are [[part, whether it was found]], and of comments there are {comment,
 * author, at, excerpt} of those that were found. `author` (a uid) and `since` (a time in milliseconds), if any, are those
 * of the text. Without a word all of them, in the order in which they come.
 */
export async function searchPosts(account, { typed, posts, author, since }) {
  const { search, posts: kept } = indexes.get(account);
  const fits = (text) => (!author || text.author === author) && (!since || Date.parse(text.at) >= since);
  const among = new Map(posts.filter(({ post }) => kept.has(post)).map((row) => [row.post, row]));
  if (wordsOf(typed).length === 0) {
    const all = [...among.values()].filter(fits);
    return { total: all.length, found: all.slice(0, MOST_SHOWN).map(({ post }) => shown(kept.get(post), new Set(), [])) };
  }
  const filter = ({ id, post }) => among.has(post) && fits(id === post ? among.get(post) : commentOf(kept.get(post), id));
  const byPost = new Map();
  for (const result of search.search(typed, { filter })) {
    byPost.set(result.post, [...(byPost.get(result.post) ?? []), result]);
  }
  const found = [...byPost].slice(0, MOST_SHOWN).map(([post, results]) => {
    const own = results.find(({ id }) => id === post);
    const comments = results.filter(({ id }) => id !== post).slice(0, MOST_COMMENTS);
    return shown(kept.get(post), own ? toMark(own) : new Set(), comments);
  });
  return { total: byPost.size, found };
}

function shown({ post, title, tags, text, comments }, terms, results) {
  const said = results.map((result) => {
    const { comment, author, at, text: words } = comments.find((each) => each.comment === result.id);
    return { comment, author, at, excerpt: excerpt(words, toMark(result)) };
  });
  return { post, title: marked(title, terms), excerpt: excerpt(text, terms), tags, comments: said };
}

// A word as it stands there, for one that was typed in part or with a mistake; in a run of letters what was typed.
function toMark({ terms, queryTerms }) {
  return new Set([...terms.filter((term) => !isUnspaced(term)), ...queryTerms.filter(isUnspaced)]);
}

const commentOf = ({ comments }, id) => comments.find(({ comment }) => comment === id);

function newSearch() {
  return new MiniSearch({
    fields: ["title", "tags", "text"],
    storeFields: ["post"],
    tokenize: wordsToFind,
    processTerm: normal,
    searchOptions: {
      boost: { title: 3, tags: 2 },
      combineWith: "AND",
      fuzzy: (term) => (term.length >= FUZZY_FROM ? 0.2 : false),
      prefix: true,
      tokenize: wordsOf,
    },
  });
}

function takeIn(index, id, kept) {
  const { post, title, tags, text, comments } = kept;
  // The one before, of which another tab may be deleting the record at this moment.
  [...index.ids].filter(([, other]) => other === post).forEach(([other]) => takeOut(index, other));
  index.ids.set(id, post);
  index.posts.set(post, kept);
  index.search.add({ id: post, post, title, tags: tags.join(" "), text });
  index.search.addAll(comments.map(({ comment, text: words }) => ({ id: comment, post, title: "", tags: "", text: words })));
}

function takeOut(index, id) {
  const post = index.ids.get(id);
  [post, ...index.posts.get(post).comments.map(({ comment }) => comment)].forEach((each) => index.search.discard(each));
  index.ids.delete(id);
  index.posts.delete(post);
}
