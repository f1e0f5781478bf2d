// Alice's browser reads what is said to be Bob's, from a server that lies, or that somebody else writes to.
import "./one_tab.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { toBase64, utf8 } from "../../../static/js/crypto/bytes.js";
import { Frame, signFrame } from "../../../static/js/crypto/frames.js";
import * as statements from "../../../static/js/crypto/statements.js";
import { currentAccount, forgetAccount, useAccount } from "../../../static/js/lib/keyring_account.js";
import { judge } from "../../../static/js/lib/keyring_authors.js";
import { prepareAccount } from "../../../static/js/lib/keyring_changes.js";
import * as comparing from "../../../static/js/lib/keyring_comparing.js";
import { learn } from "../../../static/js/lib/keyring_people.js";
import { random } from "../../../static/js/lib/keyring_signing.js";
import { get, removeAll } from "../../../static/js/lib/keyring_store.js";
import { AccountServer } from "./account_server.js";
import { BOB, generation, says } from "./bob.js";

const ALICE = "0b5c9d8e-0000-4000-8000-00000000000a";
const MALLORY = "0b5c9d8e-0000-4000-8000-00000000000c";
const POST = { post: "0b5c9d8e-0000-4000-8000-000000000001", group: "0b5c9d8e-0000-4000-8000-000000000002", author: BOB, revision: 1 };
const OTHER = "0b5c9d8e-0000-4000-8000-000000000003";
const DOCUMENT = utf8('{"v":2}');
// Bob's keys, by generation: [link, AccountKey].
let first, second, lost, reset;

beforeEach(async () => {
  await removeAll(ALICE);
  first = await generation(1, "new");
  second = await generation(2, "routine", first);
  lost = await generation(2, "lost-device", first);
  reset = await generation(2, "reset");
});

async function signed([, accountKey], place = POST, document = DOCUMENT) {
  const { fingerprint } = accountKey;
  return signFrame(document, { accountKey, statement: await statements.post({ ...place, fingerprint, document }) });
}

/** 'yes: first' and the like, of a frame in its place with this chain. */
async function judged(frame, links, place = POST) {
  const { signed: is, reason } = await judge(ALICE, { ...place, authorKeys: links?.map(([link]) => link) ?? links }, frame);
  return `${is}: ${reason}`;
}

test("a key is remembered at first sight, and the words say since when", async () => {
  const frame = await signed(first);
  const before = new Date().toISOString();
  const { signed: is, reason, at } = await judge(ALICE, { ...POST, authorKeys: [first[0]] }, frame);
  assert.deepEqual([is, reason], ["yes", "first"]);
  assert.ok(before <= at && at <= new Date().toISOString());
  const known = await get(ALICE, "people", BOB);
  assert.deepEqual([known.fingerprint, known.firstSeen, known.found], [first[0].fingerprint, at, null]);
  // Bob's next key is that person's, and so is what the older one signed.
  for (const by of [first, second]) {
    assert.equal(await judged(await signed(by), [first, second]), "yes: first");
  }
  assert.equal((await get(ALICE, "people", BOB)).firstSeen, at);
});

test("compared is said only after it was, and until a device is lost", async () => {
  const frame = await signed(first);
  assert.equal(await judged(frame, [first]), "yes: first");
  await comparing.noteCompared(ALICE, BOB, says([first]), { isSame: true });
  assert.equal(await judged(frame, [first]), "yes: compared");
  assert.equal(await judged(frame, [first, lost]), "yes: first");
  await comparing.noteCompared(ALICE, BOB, says([first, lost]), { isSame: false });
  assert.equal(await judged(frame, [first, lost]), "broken: differs");
});

test("a signature of another place, another document or another person proves nothing", async () => {
  const strange = await generation(1, "new");
  const frame = await signed(first);
  for (const member of ["post", "group"]) {
    assert.equal(await judged(frame, [first], { ...POST, [member]: OTHER }), "broken: signature");
  }
  assert.equal(await judged(frame, [first], { ...POST, revision: 2 }), "broken: signature");
  assert.equal(await judged(new Frame({ ...frame, document: utf8('{"v":2 }') }), [first]), "broken: signature");
  assert.equal(await judged(await signed(strange), [first]), "broken: signature");
  const { signature } = await signed(strange);
  assert.equal(await judged(new Frame({ ...frame, signature }), [first]), "broken: signature");
  assert.equal(await judged(new Frame({ ...frame, signature: new Uint8Array(64) }), [first]), "broken: signature");
  // It claims another author: that one's chain has not signed it, and Bob's is not that one's.
  assert.equal(await judged(frame, [], { ...POST, author: MALLORY }), "broken: signature");
  assert.equal(await judged(frame, [first], { ...POST, author: MALLORY }), "broken: broken");
  assert.equal(await judged(frame, [first]), "yes: first");
});

test("unsigned is the word for who has no key, and a breach for who has one", async () => {
  const frame = new Frame({ document: DOCUMENT });
  assert.equal(await judged(frame, []), "no: unsigned");
  assert.equal(await judged(frame, [first]), "broken: unsigned");
  // The server can't take back what this browser has seen.
  assert.equal(await judged(frame, []), "broken: older");
});

test("a chain that does not hold, or not go on, is told, and no text of it is believed", async () => {
  const forged = [{ ...first[0], signature: toBase64(random(64)) }, first[1]];
  for (const wrong of [[forged], [second, first], undefined, null]) {
    assert.equal(await judged(await signed(first), wrong), "broken: broken");
  }
  assert.equal(await get(ALICE, "people", BOB), undefined);
  await learn(ALICE, BOB, says([first, second]));
  const rival = await generation(2, "routine", first);
  assert.equal(await judged(await signed(rival), [first, rival]), "broken: missing");
  assert.equal(await judged(await signed(first), [first]), "broken: older");
  assert.equal((await get(ALICE, "people", BOB)).found.reason, "older");
  assert.equal(await judged(await signed(second), [first, second]), "yes: first");
});

test("a start from nothing is told, and at first sight nothing from before it is believed", async () => {
  assert.equal(await judged(await signed(reset), [first, reset]), "yes: first");
  assert.equal(await judged(await signed(first), [first, reset]), "broken: before-reset");
  await removeAll(ALICE);
  await learn(ALICE, BOB, says([first]));
  const told = await judge(ALICE, { ...POST, authorKeys: [first[0], reset[0]] }, await signed(reset));
  assert.deepEqual(told, { signed: "broken", reason: "reset", at: reset[0].made_at });
});

test("what a lost device could have signed is told, but for what was opened before", async () => {
  const opened = await signed(first);
  assert.equal(await judged(opened, [first]), "yes: first");
  assert.equal(await judged(opened, [first, lost]), "yes: first");
  const later = { ...POST, revision: 2 };
  assert.equal(await judged(await signed(first, later), [first, lost], later), "yes: lost");
  // Once more is not before.
  assert.equal(await judged(await signed(first, later), [first, lost], later), "yes: lost");
  assert.equal(await judged(await signed(first, POST, utf8("{}")), [first, lost]), "yes: lost");
  assert.equal(await judged(await signed(lost, later), [first, lost], later), "yes: first");
});

test("one's own key is said to be that only where this browser holds it", async () => {
  const server = new AccountServer(ALICE);
  const place = { ...POST, author: ALICE };
  await useAccount(ALICE, server.text());
  await server.replace((await prepareAccount(ALICE, { name: "Laptop" })).request);
  await useAccount(ALICE, server.text(server.devices[0].fingerprint));
  const { key } = currentAccount(ALICE);
  const frame = await signed([null, key], place);
  assert.equal(await judged(frame, [[server.chain[0]]], place), "yes: own");
  assert.equal(await judged(new Frame({ document: DOCUMENT }), [[server.chain[0]]], place), "broken: unsigned");
  await removeAll(ALICE);
  assert.equal(await judged(frame, [[server.chain[0]]], place), "yes: first");
  await forgetAccount(ALICE);
});
