// The keyring against a server that lies: what a browser remembers decides.
import "./one_tab.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { AccountKey } from "../../../static/js/crypto/account_keys.js";
import { toBase64, toHex } from "../../../static/js/crypto/bytes.js";
import { accountKeys, forgetAccount, useAccount } from "../../../static/js/lib/keyring_account.js";
import * as changes from "../../../static/js/lib/keyring_changes.js";
import { prepareReplacement } from "../../../static/js/lib/keyring_replacing.js";
import { random, signLink } from "../../../static/js/lib/keyring_signing.js";
import { prepareReset } from "../../../static/js/lib/keyring_starting_over.js";
import { get, removeAll } from "../../../static/js/lib/keyring_store.js";
import { AccountServer } from "./account_server.js";

const USER = "0b5c9d8e-0000-4000-8000-000000000001";
const MALLORY = "0b5c9d8e-0000-4000-8000-00000000000f";
let server = null;
let device = null;

/** What a browser finds that has `account.json` from this server. */
async function look(at = server, account = USER) {
  const stored = await get(account, "account", "device");
  const { state, findings } = await useAccount(account, at.text(stored?.fingerprint));
  return [state, ...findings];
}

beforeEach(async () => {
  await forgetAccount(USER);
  await removeAll(USER);
  server = new AccountServer(USER);
  await useAccount(USER, server.text());
  const { request } = await changes.prepareAccount(USER, { name: "Laptop" });
  await server.replace(request);
  assert.deepEqual(await look(), ["ready"]);
  device = (await get(USER, "account", "device")).fingerprint;
});

/** An account that this server made up, with a box for the browser's own device. */
async function madeUp(mine = server) {
  const rival = new AccountServer(USER);
  await removeAll(MALLORY);
  await useAccount(MALLORY, new AccountServer(MALLORY).text());
  const { request } = await changes.prepareAccount(MALLORY, { name: "Laptop" });
  await rival.replace(request);
  return { rival, mine };
}

test("a key is made, found again by another start, and opens with its device alone", async () => {
  await forgetAccount(USER);
  assert.deepEqual(await look(), ["ready"]);
  assert.deepEqual([...accountKeys(USER).keys()], [server.chain[0].fingerprint]);
});

test("nothing of the seed is on the disk in the clear", async () => {
  const known = await get(USER, "account", "known");
  const kept = ["checked", "firm", "held", "highest", "holders", "id", "past", "pending", "status"];
  assert.deepEqual(Object.keys(known).sort(), kept);
});

test("an answer that was lost is found again as one's own", async () => {
  await removeAll(USER);
  await forgetAccount(USER);
  server = new AccountServer(USER);
  await useAccount(USER, server.text());
  const { request } = await changes.prepareAccount(USER, { name: "Laptop" });
  await forgetAccount(USER);
  await server.replace(request);
  assert.deepEqual(await look(), ["ready"]);
});

test("another account than the one that was just made is none of this browser's", async () => {
  await removeAll(USER);
  await forgetAccount(USER);
  const empty = new AccountServer(USER);
  await useAccount(USER, empty.text());
  await changes.prepareAccount(USER, { name: "Laptop" });
  assert.deepEqual(await look(server), ["other-key"]);
});

test("a rival key of the same generation is noticed", async () => {
  const { rival } = await madeUp();
  assert.deepEqual(await look(rival), ["broken", "rival"]);
});

test("no key any more is older than what was seen", async () => {
  assert.deepEqual(await look(new AccountServer(USER)), ["older", "no-key"]);
});

const LIES = {
  "a generation without the old key's signature": async () => {
    server.chain.push({ ...server.chain[0], generation: 2, cause: "routine", before: null });
    return ["broken", "chain"];
  },
  "a reset that nobody here asked for": async () => {
    server.chain.push({ ...server.chain[0], generation: 2, cause: "reset" });
    return ["broken", "reset"];
  },
  "a planted device": async () => {
    server.keyholders.holders.push({ kind: "device", fingerprint: "f".repeat(64), name: "Phone" });
    return ["broken", "list"];
  },
  "a planted recovery code": async () => {
    server.keyholders.holders.unshift({ kind: "recovery", fingerprint: "0".repeat(64), name: "" });
    return ["broken", "list"];
  },
  "a device under another name": async () => {
    server.keyholders.holders.find(({ kind }) => kind === "device").name = "Phone";
    return ["broken", "list"];
  },
  "a list for another generation": async () => {
    server.keyholders.generation = 2;
    return ["broken", "list"];
  },
  "another signing key under the same fingerprint": async () => {
    server.chain[0].signing_key = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))));
    return ["broken", "rival"];
  },
  "a swapped box": async () => {
    server.boxes.find(({ recipient }) => recipient === device).box = btoa("x".repeat(1168));
    return ["broken", "box"];
  },
  "no box": async () => {
    server.boxes = [];
    return ["broken", "box"];
  },
  "an older list": async () => {
    const { keyholders } = server;
    await server.hold((await changes.prepareName(USER, { fingerprint: device, name: "Desk" })).request);
    assert.deepEqual(await look(), ["ready"]);
    server.keyholders = keyholders;
    return ["older", "older"];
  },
};
for (const [lie, tell] of Object.entries(LIES)) {
  test(`${lie} is noticed, and nothing can be signed then`, async () => {
    const [mine] = accountKeys(USER).keys();
    const expected = await tell();
    assert.deepEqual(await look(), expected);
    await assert.rejects(changes.prepareCode(USER), { name: "NoAccountKey" });
    // What only this browser's own key can have sealed is read on where nothing else than a list is wrong.
    const read = ["list", "older"].includes(expected[1]) ? [mine] : [];
    assert.deepEqual([...accountKeys(USER).keys()], read);
  });
}

/** An older key that the server made up, in the place of the first one, with a box that leads to it from the newest. */
async function plantOlder() {
  const newest = server.chain.at(-1);
  const forged = await AccountKey.load(random(32), { user: USER, generation: 1 });
  const fingerprint = toHex(forged.fingerprint);
  const { spki } = accountKeys(USER).get(newest.fingerprint).wrapping;
  server.chain[0] = { ...(await signLink(forged, { cause: "new" })), fingerprint, before: null };
  server.links = [{ generation: 1, recipient: newest.fingerprint, box: toBase64(await forged.sealFor(spki)) }];
  return newest.fingerprint;
}

test("an older key that the newest does not name is noticed by who has seen the newest alone", async () => {
  const { publicKeys } = server;
  const kept = [device, server.codes[0].fingerprint];
  await server.replace(await prepareReplacement(USER, { cause: "routine", kept, publicKeys }));
  assert.deepEqual(await look(), ["ready"]);
  await plantOlder();
  assert.deepEqual(await look(), ["broken", "chain"]);
});

test("no box leads to a key from before its person started over", async () => {
  await server.ask(await prepareReset(USER, { name: "Laptop", own: [] }));
  await server.finish();
  assert.deepEqual(await look(), ["ready"]);
  const newest = await plantOlder();
  for (const start of ["", "again"]) {
    assert.deepEqual([await look(), start], [["ready"], start]);
    assert.deepEqual([...accountKeys(USER).keys()], [newest]);
    await forgetAccount(USER);
  }
});

test("a code is made beside the confirmed one, and takes its place once it is confirmed", async () => {
  const confirmed = () => server.codes.map((code) => code.confirmed);
  const { request, code } = await changes.prepareCode(USER);
  await server.hold(request);
  assert.deepEqual([await look(), confirmed()], [["ready"], [false]]);
  await server.hold((await changes.prepareConfirmation(USER, code)).request);
  assert.deepEqual([await look(), confirmed()], [["ready"], [true]]);
  const next = await changes.prepareCode(USER);
  await server.hold(next.request);
  assert.deepEqual([await look(), confirmed().sort()], [["ready"], [false, true]]);
  await server.hold((await changes.prepareConfirmation(USER, next.code)).request);
  assert.deepEqual([await look(), confirmed()], [["ready"], [true]]);
});

test("who leaves the list is removed, its seed goes, and the day stays", async () => {
  await server.hold((await changes.prepareLeaving(USER)).request);
  for (const text of [server.text(device), server.text()]) {
    await forgetAccount(USER);
    const { state, at } = await useAccount(USER, text);
    assert.deepEqual([state, at], ["removed", "2026-05-03T00:00:00Z"]);
    assert.equal(await get(USER, "account", "device"), undefined);
    assert.deepEqual([...accountKeys(USER)], []);
  }
});
