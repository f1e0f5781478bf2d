// What a person's browsers keep for one another, against a server that lies about it; page and keyring in one thread.
import "./one_tab.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { AccountKey } from "../../../static/js/crypto/account_keys.js";
import * as drafts from "../../../static/js/lib/drafts.js";
import * as keyring from "../../../static/js/lib/keyring.js";
import { forgetAccount, useAccount } from "../../../static/js/lib/keyring_account.js";
import { saveDraft as keepDraft } from "../../../static/js/lib/keyring_drafts.js";
import { sealObject } from "../../../static/js/lib/keyring_objects.js";
import { prepareReplacement } from "../../../static/js/lib/keyring_replacing.js";
import { prepareReset } from "../../../static/js/lib/keyring_starting_over.js";
import { get, put, removeAll } from "../../../static/js/lib/keyring_store.js";
import { changeObject, loadObject } from "../../../static/js/lib/store.js";
import { AccountServer } from "./account_server.js";
import { oneBrowser, USER } from "./one_browser.js";

const { server, answers, begin, makeKey } = oneBrowser();

beforeEach(begin);

const device = async () => (await get(USER, "account", "device")).fingerprint;

/** What another browser of the person saves: the next version, or one of its choice. */
async function saveElsewhere(name, value, version = (server.store.get(name)?.version ?? 0) + 1) {
  server.store.set(name, { name, ...(await sealObject(USER, name, { value, version })) });
}

async function replaceKey() {
  const publicKeys = Object.fromEntries(server.devices.map((each) => [each.fingerprint, each.public_key]));
  await server.replace(await prepareReplacement(USER, { cause: "routine", kept: [], publicKeys }));
}

test("a value is kept from version to version, and the site has none of it in the clear", async () => {
  assert.deepEqual(await loadObject(USER, "people"), { value: null, version: 0 });
  await changeObject(USER, "people", () => ({ alice: "compared" }));
  assert.deepEqual(await loadObject(USER, "people"), { value: { alice: "compared" }, version: 1 });
  await changeObject(USER, "people", (people) => ({ ...people, bob: "seen" }));
  assert.deepEqual(await loadObject(USER, "people"), { value: { alice: "compared", bob: "seen" }, version: 2 });
  assert.equal(await changeObject(USER, "people", () => undefined).then(({ bob }) => bob), "seen");
  assert.equal(server.store.get("people").version, 2);
  assert.equal(atob(server.store.get("people").sealed).includes("compared"), false);
});

test("who was overtaken changes what the other browser saved", async () => {
  const seen = [];
  await changeObject(USER, "people", async (people) => {
    seen.push(people);
    if (seen.length === 1) {
      await saveElsewhere("people", { bob: 1 });
    }
    return { ...people, alice: 1 };
  });
  assert.deepEqual(seen, [null, { bob: 1 }]);
  assert.deepEqual(await loadObject(USER, "people"), { value: { alice: 1, bob: 1 }, version: 2 });
});

test("who is overtaken again and again gives up and says so", async () => {
  const change = async (count) => {
    await saveElsewhere("people", count + 2);
    return count + 1;
  };
  await assert.rejects(changeObject(USER, "people", change), { name: "Contested" });
});

test("what is saved while the key is replaced is saved under the new one", async () => {
  let isFirst = true;
  await changeObject(USER, "people", async () => {
    if (isFirst) {
      isFirst = false;
      await replaceKey();
    }
    return { alice: 1 };
  });
  assert.equal(server.store.get("people").generation, 2);
  assert.deepEqual(await loadObject(USER, "people"), { value: { alice: 1 }, version: 1 });
});

const LIES = {
  "an older version": [() => server.store.set("people", server.older), "OlderObject"],
  "none any more": [() => server.store.delete("people"), "OlderObject"],
  "an older version under a higher number": [() => server.store.set("people", { ...server.older, version: 9 }), "CannotOpen"],
  "the object of another name": [() => server.store.set("people", { ...server.store.get("other"), version: 2 }), "CannotOpen"],
  "an object of another generation": [() => (server.store.get("people").generation = 7), "CannotOpen"],
  "no base64": [() => (server.store.get("people").sealed = "*"), "CannotOpen"],
  "no version": [() => (server.store.get("people").version = "two"), "CannotOpen"],
};
for (const [lie, [tell, name]] of Object.entries(LIES)) {
  test(`${lie} is refused, and nothing is saved on top of it`, async () => {
    await changeObject(USER, "people", () => "first");
    server.older = server.store.get("people");
    await changeObject(USER, "people", () => "second");
    await saveElsewhere("other", "else", 2);
    tell();
    const stored = server.store.get("people");
    await assert.rejects(loadObject(USER, "people"), { name });
    await assert.rejects(changeObject(USER, "people", () => "mine"), { name });
    assert.equal(server.store.get("people"), stored);
  });
}

test("an object of another person, who has a key of the same generation, is refused", async () => {
  const mallory = "0b5c9d8e-0000-4000-8000-00000000000f";
  await changeObject(USER, "people", () => "first");
  const { openObject, sealObject: seal } = await import("../../../static/js/crypto/store_objects.js");
  const seed = new Uint8Array(32);
  const [hers, other] = await Promise.all([USER, mallory].map((user) => AccountKey.load(seed, { user, generation: 1 })));
  const sealed = await seal(new Uint8Array(3), { accountKey: other, name: "people", version: 1 });
  await assert.rejects(openObject(sealed, { accountKey: hers, name: "people", version: 1 }), { name: "CannotOpen" });
});

test("who knows an older key cannot go back to it once a newer generation was seen", async () => {
  await changeObject(USER, "people", () => "first");
  const old = await sealObject(USER, "people", { value: "planted", version: 9 });
  await replaceKey();
  await keyring.reloadAccount(USER);
  await changeObject(USER, "people", () => "second");
  server.store.set("people", { name: "people", ...old });
  await assert.rejects(loadObject(USER, "people"), { name: "OlderObject" });
});

test("who started over once is shown nothing older by a start that the site makes up before that one", async () => {
  await server.ask(await prepareReset(USER, { name: "Laptop", own: [] }));
  await server.finish();
  assert.equal((await keyring.reloadAccount(USER)).state, "ready");
  await changeObject(USER, "people", () => "first");
  const older = server.store.get("people");
  await changeObject(USER, "people", () => "second");
  server.store.set("people", older);
  server.chain.unshift({ ...server.chain.at(-1), generation: 999 });
  assert.deepEqual((await keyring.reloadAccount(USER)).findings, ["chain"]);
  await assert.rejects(loadObject(USER, "people"), { name: "NoAccountKey" });
});

test("a draft is kept under a key that the site has, sealed, and this browser has not", async () => {
  await drafts.saveDraft(USER, "draft/1", { title: "Mine", keptAt: 1 });
  const record = await get(USER, "drafts", "draft/1");
  assert.equal(record.under, `local/${await device()}`);
  assert.deepEqual([...server.store.keys()], [record.under]);
  assert.deepEqual(await drafts.listDrafts(USER), [{ id: "1", title: "Mine", slug: undefined, keptAt: 1 }]);
  assert.equal((await drafts.loadDraft(USER, "draft/1")).title, "Mine");
});

test("once the key was fetched the site may be away; before that nothing is kept and nothing lies open", async () => {
  answers.isAway = true;
  await assert.rejects(drafts.saveDraft(USER, "draft/1", { title: "Mine" }), { name: "Offline" });
  assert.equal(await get(USER, "drafts", "draft/1"), undefined);
  answers.isAway = false;
  await drafts.beReady(USER);
  answers.isAway = true;
  await drafts.saveDraft(USER, "draft/1", { title: "Mine" });
  assert.equal((await drafts.loadDraft(USER, "draft/1")).title, "Mine");
});

test("two tabs that make the key at once end with the same one", async () => {
  const name = `local/${await device()}`;
  const { object } = await keyring.prepare(USER, "newLocalKey");
  answers.before = () => server.put(name, object);
  await drafts.saveDraft(USER, "draft/1", { title: "Mine" });
  assert.equal(server.store.get(name).sealed, object.sealed);
  assert.equal((await drafts.loadDraft(USER, "draft/1")).title, "Mine");
});

test("a key that the site lost is made anew, and the older drafts are left alone", async () => {
  const under = `local/${await device()}`;
  await put(USER, "seen", { name: under, generation: 1, version: 3 });
  await put(USER, "drafts", { slot: "draft/1", under, sealed: crypto.getRandomValues(new Uint8Array(99)) });
  await drafts.saveDraft(USER, "draft/2", { title: "Found", keptAt: 2 });
  assert.deepEqual(await drafts.listDrafts(USER), [{ id: "2", title: "Found", slug: undefined, keptAt: 2 }]);
  assert.notEqual(await get(USER, "drafts", "draft/1"), undefined);
});

test("what was kept before there was an account key is moved under it, unless a tab wrote something newer", async () => {
  await removeAll(USER);
  await keepDraft(USER, "draft/1", { title: "Before", keptAt: 1 });
  assert.equal((await get(USER, "drafts", "draft/1")).under, null);
  await forgetAccount(USER);
  Object.assign(server, new AccountServer(USER));
  await useAccount(USER, server.text());
  await makeKey();
  assert.deepEqual(await drafts.listDrafts(USER), [{ id: "1", title: "Before", slug: undefined, keptAt: 1 }]);
  assert.equal((await get(USER, "drafts", "draft/1")).under, `local/${await device()}`);
  assert.deepEqual(await drafts.listDrafts(USER), [{ id: "1", title: "Before", slug: undefined, keptAt: 1 }]);
});
