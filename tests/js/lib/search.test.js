// Searching what a browser can open: page and keyring in one thread.
import "./one_tab.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { utf8 } from "../../../static/js/crypto/bytes.js";
import { ownDevice } from "../../../static/js/lib/keyring_changes.js";
import { sealLocally } from "../../../static/js/lib/keyring_drafts.js";
import { dropPosts, lackedComments, usedTags } from "../../../static/js/lib/keyring_indexing.js";
import { closeIndex, openIndex, searchPosts } from "../../../static/js/lib/keyring_search.js";
import { getIds, put, removeAll } from "../../../static/js/lib/keyring_store.js";
import { excerpt, marked, normal, plainText, wordsOf, wordsToFind } from "../../../static/js/lib/words.js";

const USER = "0b5c9d8e-0000-4000-8000-000000000001";
const AUTHOR = "0b5c9d8e-0000-4000-8000-000000000002";
const uid = (number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
const POSTS = [
  { title: "On the ridge", text: "It was windy up there, and the Brücke had gone.", tags: ["walks", "autumn"] },
  { title: "Crossing the river", text: "The ridge lay behind us. 南京市长江大桥很长。", tags: ["walks"] },
  { title: "Recipes", text: "Crème brûlée for twelve.", tags: [] },
];

async function keep(posts) {
  for (const [at, kept] of posts.entries()) {
    await keepOne(`${uid(at)}/1/`, { post: uid(at), revision: 1, comments: [], ...kept });
  }
  await openAll();
}

async function keepOne(id, kept) {
  await put(USER, "index", { id, ...(await sealLocally(USER, `index/${id}`, utf8(JSON.stringify(kept)))) });
}

async function openAll() {
  let opened = { isMore: true };
  while (opened.isMore) {
    opened = await openIndex(USER);
  }
  return opened.tags;
}

async function search(typed, posts = POSTS.map((_, at) => uid(at)), narrowed = {}) {
  const rows = posts.map((post) => ({ post, author: AUTHOR, at: "2026-11-01T10:00:00Z" }));
  return (await searchPosts(USER, { typed, posts: rows, ...narrowed })).found;
}

async function found(typed, posts, narrowed) {
  return (await search(typed, posts, narrowed)).map(({ post }) => Number(post.slice(-3)));
}

const marksOf = (parts) => parts.filter(([, isFound]) => isFound).map(([part]) => part);

beforeEach(async () => {
  await closeIndex(USER);
  await removeAll(USER);
});

test("words are found by their beginning, without accents, with a mistake, all of them, and in Chinese", async () => {
  await keep(POSTS);
  // The title counts more than the text.
  assert.deepEqual(await found("ridge"), [0, 1]);
  assert.deepEqual(await found("RIDG"), [0, 1]);
  assert.deepEqual(await found("brucke"), [0]);
  assert.deepEqual(await found("crossng"), [1]);
  assert.deepEqual(await found("ridge river"), [1]);
  assert.deepEqual(await found("ridge recipes"), []);
  assert.deepEqual(await found("autumn"), [0]);
  for (const typed of ["长江大桥", "大桥", "长江", "江大", "桥", "南京 大桥"]) {
    assert.deepEqual(await found(typed), [1], typed);
  }
  assert.deepEqual(await found("大江"), []);
  // Without a word all that fit, in their order.
  assert.deepEqual(await found(" ", [uid(2), uid(0)]), [2, 0]);
  assert.deepEqual(await found("ridge", [uid(1)]), [1]);
});

test("what was found is marked, in titles and in an excerpt around the first of it", async () => {
  await keep(POSTS);
  const [first] = await search("ridg", [uid(0)]);
  assert.deepEqual(marksOf(first.title), ["ridge"]);
  const [bridge] = await search("大桥", [uid(1)]);
  assert.deepEqual(marksOf(bridge.excerpt), ["大桥"]);
  assert.deepEqual(marked("Die Brücke", new Set(["brucke"])), [["Die ", false], ["Brücke", true]]);
  const far = excerpt(`${"word ".repeat(100)}needle ${"more ".repeat(100)}`, new Set(["needle"]));
  assert.match(far.map(([part]) => part).join(""), /^… word .* needle more .* …$/);
  assert.deepEqual(marksOf(far), ["needle"]);
  assert.deepEqual(wordsOf("Don't panic, 2026!"), ["Don't", "panic", "2026"]);
  assert.equal(plainText("# *On* the [ridge](https://x.y/z)\n\n- https://a.b/c?d=e `snake_case` _so_"), "On the ridge snake_case so");
  assert.equal(plainText("Rain[^1].\n\n| Day | Frames |\n| --- | ---: |\n| 1 | -8 |\n\n---\n\n[^1]: It *rained*."), "Rain. Day Frames 1 -8 It rained.");
});

test("a comment is found by its own words, as its author's and of its time, with its post", async () => {
  const comment = { comment: uid(70), revision: 1, author: uid(5), at: "2026-11-20T10:00:00Z", text: "A murmuration over the ridge." };
  await keep([{ ...POSTS[0], comments: [comment] }, POSTS[1]]);
  const [post] = await search("murmur");
  assert.deepEqual([marksOf(post.title), marksOf(post.excerpt)], [[], []]);
  const [said] = post.comments;
  assert.deepEqual([said.comment, said.author, said.at], [uid(70), uid(5), comment.at]);
  assert.deepEqual(marksOf(said.excerpt), ["murmuration"]);
  // A post is one result, whatever was found in it; and words in two texts are not in one.
  assert.deepEqual(await found("ridge"), [0, 1]);
  assert.deepEqual(await found("windy murmuration"), []);
  assert.deepEqual(await found("ridge", undefined, { author: uid(5) }), [0]);
  assert.deepEqual((await search("ridge", undefined, { author: AUTHOR })).map(({ comments }) => comments.length), [0, 0]);
  assert.deepEqual(await found("ridge", undefined, { since: Date.parse("2026-11-19T10:00:00Z") }), [0]);

  await keepOne(`${uid(0)}/1/edited`, { post: uid(0), revision: 1, ...POSTS[0], comments: [{ ...comment, revision: 2, text: "Starlings." }] });
  await dropPosts(USER, [`${uid(0)}/1/`]);
  await openAll();
  assert.deepEqual([await found("murmuration"), await found("starlings"), await found("windy")], [[], [0], [0]]);
  const rows = [1, 2].map((revision) => ({ post: uid(0), comment: uid(70), revision }));
  assert.deepEqual([await lackedComments(USER, [rows[0]]), await lackedComments(USER, [rows[1]])], [[uid(70)], []]);
});

test("tags that were used come with those of the group first, then by how often", async () => {
  await keep([
    { ...POSTS[0], group: uid(30), tags: ["often", "elsewhere"] },
    { ...POSTS[1], group: uid(30), tags: ["often"] },
    { ...POSTS[2], group: uid(31), tags: ["here"] },
  ]);
  assert.deepEqual(await usedTags(USER, uid(31)), ["here", "often", "elsewhere"]);
  assert.deepEqual(await usedTags(USER, uid(30)), ["often", "elsewhere", "here"]);
});

test("what is kept opens in its own place alone, and goes when it is dropped", async () => {
  await keep(POSTS);
  const ids = [0, 1, 2].map((at) => `${uid(at)}/1/`);
  const moved = await sealLocally(USER, `index/${ids[1]}`, utf8(JSON.stringify({ post: uid(1), ...POSTS[1], comments: [] })));
  await put(USER, "index", { id: `${uid(9)}/1/`, ...moved });
  await put(USER, "index", { id: ids[1].replace("/1/", "/2/"), ...moved, under: "local/another" });
  await closeIndex(USER);
  assert.deepEqual(Object.keys(await openAll()), ids);
  assert.deepEqual(await getIds(USER, "index"), ids);

  await dropPosts(USER, [ids[0], `${uid(7)}/1/`]);
  await openAll();
  assert.deepEqual(await found("ridge"), [1]);
  assert.deepEqual(await getIds(USER, "index"), ids.slice(1));

  // Whoever starts over has another device, which opens none of it.
  await ownDevice(USER, { isFresh: true });
  assert.deepEqual(await getIds(USER, "index"), []);
});

// Each would keep a browser busy for minutes, or take all of its memory, if it were taken as it stands.
test("no text holds the worker up, and each is found by its words all the same", () => {
  const texts = {
    "one word of accents": "a\u0301".repeat(350_000),
    "a run of Khmer": "\u1780\u17d2\u1780".repeat(33_000),
    "a run of Chinese": Array.from({ length: 300_000 }, (_, at) => String.fromCharCode(0x4e00 + ((at * 7_919) % 6_000))).join(""),
    "brackets that nothing closes": "[".repeat(1 << 20),
    "links that nothing closes": "[a](".repeat(1 << 18),
    "notes that nothing closes": "[^".repeat(1 << 19),
    "a rule that is none": `${"-".repeat(1 << 20)}x`,
    underscores: `a${"_".repeat(1 << 20)}b`,
    "spaces": " ".repeat(1 << 20),
    "one word": "b".repeat(1 << 20),
  };
  const cpu = (act) => {
    const before = process.cpuUsage();
    act();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  const slow = Object.entries(texts).map(([name, text]) => [name, cpu(() => wordsToFind(plainText(text)).forEach(normal))]);
  assert.deepEqual(slow.filter(([, milliseconds]) => milliseconds > 2_000), []);
  assert.deepEqual(wordsToFind(texts["one word of accents"]).map(normal), ["a".repeat(32)]);
  assert.ok(wordsToFind(texts["a run of Chinese"]).includes(texts["a run of Chinese"].slice(-2)));
  assert.deepEqual(marksOf(excerpt(`${"x ".repeat(140_000)}needle.`, new Set(["needle"]))), ["needle"]);
});

test("a thousand posts answer in under 50 ms", async () => {
  let seed = 7;
  const draw = (most) => (seed = (seed * 48_271) % 2_147_483_647) % most;
  const vocabulary = Array.from({ length: 5_000 }, () => Array.from({ length: 3 + draw(8) }, () => String.fromCharCode(97 + draw(26))).join(""));
  const text = () => Array.from({ length: 300 }, () => vocabulary[Math.min(draw(5_000), draw(5_000))]).join(" ");
  await keep(Array.from({ length: 1_000 }, (_, number) => ({ title: `Post ${number}`, text: text(), tags: [] })));
  const posts = Array.from({ length: 1_000 }, (_, number) => uid(number));
  const times = [];
  for (const typed of vocabulary.slice(0, 40)) {
    // Of the processor: whatever else a machine does.
    const before = process.cpuUsage();
    await search(typed, posts);
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  const middle = times.toSorted((one, other) => one - other)[20];
  assert.ok(middle < 50, `${middle} ms`);
});
