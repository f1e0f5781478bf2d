// Alice compares keys with Bob on one device, and has another one; a server keeps what they share, and lies about it.
import "./one_tab.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { keepMine, share } from "../../../static/js/lib/compared.js";
import * as keyring from "../../../static/js/lib/keyring.js";
import { noteCompared } from "../../../static/js/lib/keyring_comparing.js";
import { openObject, sealObject } from "../../../static/js/lib/keyring_objects.js";
import { learn } from "../../../static/js/lib/keyring_people.js";
import { get, remove } from "../../../static/js/lib/keyring_store.js";
import { prepareReset } from "../../../static/js/lib/keyring_starting_over.js";
import { comparedOf, markOf } from "../../../static/js/lib/people.js";
import { BOB, generation, says } from "./bob.js";
import { oneBrowser } from "./one_browser.js";

const ALICE = "0b5c9d8e-0000-4000-8000-00000000000a";
const CAROL = "0b5c9d8e-0000-4000-8000-00000000000c";
const { server, answers, begin } = oneBrowser(ALICE);
// Bob's keys by generation.
let first, second, lost, reset;

beforeEach(async () => {
  await begin();
  first = await generation(1, "new");
  second = await generation(2, "routine", first);
  lost = await generation(3, "lost-device", second);
  reset = await generation(3, "reset");
});

/** Alice compares what the site says of Bob, and her browser tells her others. */
async function compare(links, { isSame = true } = {}) {
  await noteCompared(ALICE, BOB, says(links), { isSame });
  await share(ALICE);
}

/** Her other device: it holds the key, and remembers nobody. */
async function onAnotherDevice() {
  await remove(ALICE, "people", BOB);
  await remove(ALICE, "account", "compared");
  await remove(ALICE, "seen", "people");
}

/** The name of the words beside Bob after a look at what the site says; the reason for which nothing is granted, or null. */
async function look(links) {
  const reason = await learn(ALICE, BOB, says(links)).then(() => null, (error) => error.reason);
  return [markOf(await get(ALICE, "people", BOB))[0], reason];
}

/** What the site keeps, opened. */
const kept = async () => (await openObject(ALICE, "people", server.store.get("people"))).value;

async function saveElsewhere(value) {
  const version = (server.store.get("people")?.version ?? 0) + 1;
  server.store.set("people", { name: "people", ...(await sealObject(ALICE, "people", { value, version })) });
}

const claimFor = ([{ generation: number, fingerprint, signing_key }], at, same = true) => ({ generation: number, fingerprint, signing_key, at, same });

test("what was compared on one device is so on another one, which has seen that key or none", async () => {
  await compare([first]);
  assert.equal(atob(server.store.get("people").sealed).includes(first[0].fingerprint), false);
  await onAnotherDevice();
  await learn(ALICE, BOB, says([first]));
  await share(ALICE);
  assert.deepEqual(await comparedOf(ALICE, [BOB, CAROL]), [BOB]);
  assert.deepEqual(await look([first]), ["marked-compared", null]);
  await onAnotherDevice();
  await share(ALICE);
  assert.deepEqual(await look([first, second]), ["marked-compared", null]);
});

test("it falls there with a lost device, wherever the other device stands, and stays so", async () => {
  await compare([first]);
  await onAnotherDevice();
  assert.deepEqual(await look([first, second, lost]), ["marked-first", null]);
  await share(ALICE);
  assert.deepEqual(await look([first, second, lost]), ["marked-fell-lost", null]);
  await share(ALICE);
  assert.deepEqual(await look([first, second, lost]), ["marked-fell-lost", null]);
});

test("a start from nothing is said there, too, although that device saw nothing of before", async () => {
  await compare([first]);
  await onAnotherDevice();
  assert.deepEqual(await look([first, reset]), ["marked-first", null]);
  await share(ALICE);
  assert.deepEqual(await look([first, reset]), ["marked-reset", "reset"]);
  const { found } = await get(ALICE, "people", BOB);
  await learn(ALICE, BOB, says([first, reset]), { trusted: found.mark });
  assert.deepEqual(await look([first, reset]), ["marked-fell-reset", null]);
});

test("a key that was compared is the one to go on from, whatever this device saw at first", async () => {
  await compare([first, second]);
  await onAnotherDevice();
  const rival = [await generation(1, "new")];
  rival.push(await generation(2, "routine", rival[0]));
  assert.deepEqual(await look(rival), ["marked-first", null]);
  await share(ALICE);
  assert.deepEqual(await look(rival), ["marked-doubt", "missing"]);
  assert.deepEqual(await look([first, second]), ["marked-compared", null]);
  assert.deepEqual(await look([first]), ["marked-doubt", "older"]);
});

test("numbers that differ stop a grant on every device, until they are the same on one", async () => {
  await compare([first], { isSame: false });
  await onAnotherDevice();
  await share(ALICE);
  assert.deepEqual(await look([first]), ["marked-differs", "differs"]);
  await compare([first]);
  assert.deepEqual(await look([first]), ["marked-compared", null]);
});

test("who compares without the site tells it later", async () => {
  answers.isAway = true;
  await assert.rejects(compare([first]), { name: "Offline" });
  answers.isAway = false;
  await share(ALICE);
  assert.deepEqual(Object.keys(await kept()), [BOB]);
});

test("two devices that compare at once lose nothing, and of one person the later comparison counts", async () => {
  const others = { [CAROL]: claimFor(first, "2026-05-03T00:00:00.000Z"), [BOB]: claimFor(first, "2026-05-03T00:00:00.000Z", false) };
  let isFirst = true;
  answers.before = () => {
    if (isFirst) {
      isFirst = false;
      server.store.set("people", others.sealed);
    }
  };
  await saveElsewhere(others);
  others.sealed = server.store.get("people");
  server.store.delete("people");
  await compare([second]);
  const { [BOB]: ofBob, [CAROL]: ofCarol } = await kept();
  assert.deepEqual([ofBob.fingerprint, ofBob.same, ofCarol], [second[0].fingerprint, true, others[CAROL]]);
  assert.equal(server.store.get("people").version, 2);
  await share(ALICE);
  assert.equal(server.store.get("people").version, 2);
});

test("a device whose clock is ahead does not have the last word for ever", async () => {
  await saveElsewhere({ [BOB]: claimFor(first, "2099-01-01T00:00:00.000Z", false) });
  await share(ALICE);
  await compare([first]);
  assert.equal((await kept())[BOB].same, true);
});

const LIES = {
  "an older object": [() => server.store.set("people", server.older), "OlderObject"],
  "no object any more": [() => server.store.delete("people"), "OlderObject"],
  "an object that does not open": [() => server.store.set("people", { ...server.store.get("people"), sealed: "AAAA" }), "CannotOpen"],
};
for (const [lie, [tell, name]] of Object.entries(LIES)) {
  test(`${lie} is noticed, this browser goes by what it remembers, and can save that`, async () => {
    await saveElsewhere({ [CAROL]: claimFor(first, "2026-05-03T00:00:00.000Z") });
    server.older = server.store.get("people");
    await compare([first]);
    tell();
    const lied = server.store.get("people");
    await assert.rejects(share(ALICE), { name });
    assert.equal(server.store.get("people"), lied);
    assert.deepEqual(await look([first, second]), ["marked-compared", null]);
    await keepMine(ALICE);
    assert.deepEqual(Object.keys(await kept()).sort(), [BOB, CAROL]);
    await share(ALICE);
  });
}

test("who remembers nothing saves that on top of what does not open", async () => {
  server.store.set("people", { name: "people", generation: 1, version: 3, sealed: "AAAA" });
  await assert.rejects(share(ALICE), { name: "CannotOpen" });
  await keepMine(ALICE);
  assert.deepEqual([server.store.get("people").version, await kept()], [4, {}]);
  await share(ALICE);
});

test("who started over has nothing on the site any more, and tells it again without a word", async () => {
  await compare([first]);
  await compare([first]);
  // Some other device took this browser off the list.
  await remove(ALICE, "account", "device");
  await keyring.reloadAccount(ALICE);
  await server.ask(await prepareReset(ALICE, { name: "Laptop", own: [] }));
  await keyring.reloadAccount(ALICE);
  await server.finish();
  server.store.clear();
  assert.equal((await keyring.reloadAccount(ALICE)).state, "ready");
  await share(ALICE);
  const { generation: under, version } = server.store.get("people");
  assert.deepEqual([under, version, Object.keys(await kept())], [2, 1, [BOB]]);
  server.store.delete("people");
  await assert.rejects(share(ALICE), { name: "OlderObject" });
});
