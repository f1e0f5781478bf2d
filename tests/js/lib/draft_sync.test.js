// Drafts between a person's browsers and a site that forgets, lies or is away; page and keyring in one thread.
import "./one_tab.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { end, pull, refresh } from "../../../static/js/lib/draft_devices.js";
import { push } from "../../../static/js/lib/draft_sync.js";
import { dropDraft, listDrafts, loadDraft, lockOf, saveDraft } from "../../../static/js/lib/drafts.js";
import * as keyring from "../../../static/js/lib/keyring.js";
import { sealObject } from "../../../static/js/lib/keyring_objects.js";
import { prepareReplacement } from "../../../static/js/lib/keyring_replacing.js";
import { loadObject } from "../../../static/js/lib/store.js";
import { oneBrowser, USER } from "./one_browser.js";

const ID = "0b5c9d8e-0000-4000-8000-0000000000aa";
const NAME = `draft/${ID}`;
const { server, answers, begin, beginAnew } = oneBrowser();

beforeEach(begin);

const text = (body) => ({ title: "T", body, slug: "walkers", post: ID, sent: [], keptAt: 1 });
const write = (body, more = {}) => saveDraft(USER, NAME, { ...text(body), ...more });
const version = () => server.store.get(NAME)?.version;

/** What another device saves: the next version. */
async function saveElsewhere(body, { id = ID } = {}) {
  const name = `draft/${id}`;
  const next = (server.store.get(name)?.version ?? 0) + 1;
  const value = { ...text(body), post: id };
  server.store.set(name, { name, ...(await sealObject(USER, name, { value, version: next })) });
}

async function endElsewhere() {
  server.store.delete(NAME);
  const name = "drafts/ended";
  server.store.set(name, { name, ...(await sealObject(USER, name, { value: [ID], version: 1 })) });
}

/** The texts of all drafts of this browser, that under ID first. */
async function texts() {
  const drafts = await Promise.all((await listDrafts(USER)).map(({ id }) => loadDraft(USER, `draft/${id}`)));
  return drafts.sort((one) => (one.post === ID ? -1 : 1)).map(({ body }) => body);
}

test("a draft goes to the site, sealed, once for each text", async () => {
  await write("secret words");
  assert.equal(await push(USER, ID), "saved");
  assert.equal(await push(USER, ID), "saved");
  await write("secret words", { keptAt: 2 });
  await push(USER, ID);
  assert.equal(version(), 1);
  await write("secret words, and more");
  await push(USER, ID);
  assert.equal(version(), 2);
  assert.equal(atob(server.store.get(NAME).sealed).includes("secret"), false);
});

test("of two devices that wrote the same version both texts are kept, whichever page finds out", async () => {
  await write("here");
  await saveElsewhere("there");
  assert.equal(await push(USER, ID), "moved");
  assert.deepEqual(await texts(), ["there", "here"]);
  assert.equal(await pull(USER), true);
  assert.deepEqual([server.store.size, version()], [3, 1]);

  await write("here again", { base: 1 });
  await saveElsewhere("there again");
  await pull(USER);
  assert.deepEqual((await texts()).sort(), ["here", "here again", "there again"]);
});

test("a text that gets another id says for which post its files are", async () => {
  await write("here", { files: [{ uid: "one" }, { uid: "two", post: "earlier" }] });
  await saveElsewhere("there");
  assert.equal(await push(USER, ID), "moved");
  const [{ id }] = (await listDrafts(USER)).filter((draft) => draft.id !== ID);
  const { files, post } = await loadDraft(USER, `draft/${id}`);
  assert.deepEqual([files, post], [[{ post: ID, uid: "one" }, { uid: "two", post: "earlier" }], id]);
});

test("the page that writes a draft gives its text another id itself", async () => {
  await write("here");
  await saveElsewhere("there");
  const moves = [];
  assert.equal(await push(USER, ID, async () => moves.push("moved")), "moved");
  assert.deepEqual([moves, await texts()], [["moved"], ["there"]]);
  // It goes on from what stands there now; a page that does not know that is a third author.
  await write("there, changed", { base: 1 });
  assert.equal(await push(USER, ID), "saved");
  await write("of an old page");
  assert.equal(await push(USER, ID), "moved");
});

test("the same text of two devices is one draft", async () => {
  await write("same");
  await saveElsewhere("same");
  assert.equal(await push(USER, ID), "saved");
  assert.deepEqual([await texts(), version()], [["same"], 1]);
});

test("what other devices saved comes here, unless a tab writes that draft or has changed it", async () => {
  await saveElsewhere("one");
  await saveElsewhere("another", { id: crypto.randomUUID() });
  await pull(USER);
  assert.deepEqual(await texts(), ["one", "another"]);
  await saveElsewhere("one, changed there");
  await refresh(USER, ID);
  assert.deepEqual(await texts(), ["one, changed there", "another"]);
  await saveElsewhere("once more");
  await navigator.locks.request(lockOf(USER, ID), () => pull(USER));
  assert.deepEqual(await texts(), ["one, changed there", "another"]);
});

test("what was ended on another device goes here, and what was changed here since stays as a draft of its own", async () => {
  await write("one");
  await push(USER, ID);
  await endElsewhere();
  await pull(USER);
  assert.deepEqual(await texts(), []);

  await write("two");
  assert.equal(await push(USER, ID), "saved");
  await endElsewhere();
  await write("two, changed");
  await pull(USER);
  assert.deepEqual(await texts(), ["two, changed"]);
  assert.equal(await loadDraft(USER, NAME), null);
});

test("a site that lost a draft, or says so, gets it again, and no device loses it", async () => {
  await write("mine");
  await push(USER, ID);
  await write("mine, changed");
  await push(USER, ID);
  server.store.delete(NAME);
  await pull(USER);
  assert.deepEqual([await texts(), version()], [["mine, changed"], 1]);
  assert.equal((await loadObject(USER, NAME)).value.body, "mine, changed");

  server.store.delete(NAME);
  await write("mine, changed again");
  assert.equal(await push(USER, ID), "saved");
  assert.equal((await loadObject(USER, NAME)).value.body, "mine, changed again");
});

test("what is discarded while the site is away is ended there later, unless another device wrote more", async () => {
  await write("one");
  await push(USER, ID);
  answers.isAway = true;
  await dropDraft(USER, NAME);
  await assert.rejects(end(USER, ID), { name: "Offline" });
  answers.isAway = false;
  await pull(USER);
  assert.deepEqual([version(), await texts()], [undefined, []]);
  assert.deepEqual((await loadObject(USER, "drafts/ended")).value, [ID]);

  const other = crypto.randomUUID();
  await saveElsewhere("two", { id: other });
  await pull(USER);
  await dropDraft(USER, `draft/${other}`);
  await saveElsewhere("two, and more", { id: other });
  await pull(USER);
  assert.deepEqual(await texts(), ["two, and more"]);
});

test("a text that was never on the site leaves no trace there", async () => {
  await write("one");
  await dropDraft(USER, NAME);
  await end(USER, ID);
  assert.equal(server.store.has("drafts/ended"), false);
});

test("an older version and another draft's text are refused", async () => {
  await saveElsewhere("first");
  const first = server.store.get(NAME);
  await saveElsewhere("second");
  await pull(USER);
  server.store.set(NAME, first);
  await pull(USER);
  assert.deepEqual(await texts(), ["second"]);
  const other = crypto.randomUUID();
  server.store.set(`draft/${other}`, { ...first, name: `draft/${other}` });
  assert.equal(await pull(USER), false);
  assert.deepEqual(await texts(), ["second"]);
});

test("a site that says it lost a draft, and then shows an older text of it, has nothing written over", async () => {
  const older = [];
  for (const body of ["one", "two", "three"]) {
    await write(body, { base: older.length });
    await push(USER, ID);
    older.push(server.store.get(NAME));
  }
  server.store.delete(NAME);
  await pull(USER);
  assert.deepEqual([await texts(), version()], [["three"], 1]);

  server.store.set(NAME, older[1]);
  await pull(USER);
  assert.deepEqual(await texts(), ["two", "three"]);
  // So it is where a page finds it out that goes on writing.
  await write("two, changed", { base: 2 });
  server.store.delete(NAME);
  assert.equal(await push(USER, ID), "saved");
  server.store.set(NAME, older[1]);
  await pull(USER);
  assert.deepEqual((await texts()).sort(), ["three", "two", "two, changed"]);
});

test("a draft is kept on when the account's key is replaced", async () => {
  await write("one");
  await push(USER, ID);
  const publicKeys = Object.fromEntries(server.devices.map((each) => [each.fingerprint, each.public_key]));
  await server.replace(await prepareReplacement(USER, { cause: "routine", kept: [], publicKeys }));
  await write("two");
  assert.equal(await push(USER, ID), "saved");
  assert.deepEqual([server.store.get(NAME).generation, version()], [2, 2]);
});

test("who has no account key keeps drafts in this browser alone", async () => {
  await beginAnew();
  await keyring.reloadAccount(USER);
  await write("one");
  assert.equal(await push(USER, ID), "here");
  assert.equal(await pull(USER), true);
  assert.deepEqual([server.store.size, await texts()], [0, ["one"]]);
});
