// What a browser still does after its self-check failed, and the way out of that.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { AccountServer } from "./account_server.js";
import { browser, closeAll, USER } from "./browsers.js";

const POST = { post: USER, group: USER, author: USER, revision: 1, title: "A title", body: "A text" };
let server, laptop, phone, admissions;

async function look(who) {
  const status = await who.call("useAccount", server.text(who.device));
  who.status = status;
  return [status.state, ...status.findings];
}

/** Lets a browser in by a code of another one. */
async function admit(who, by) {
  admissions += 1;
  const admission = `0b5c9d8e-0000-4000-8000-0000000000${10 + admissions}`;
  const typed = await by.call("drawCode", admission);
  const { fingerprint, request } = await who.call("prepareOffer", admission, { typed, name: "Phone" });
  const { box, keyholders, mac } = await by.call("prepareAnswer", admission, request);
  await server.hold({ ...keyholders, devices: [request], recovery_codes: [], boxes: [{ recipient: fingerprint, box }] });
  who.device = fingerprint;
  const answer = { fingerprint, generation: keyholders.generation, number: keyholders.number, mac };
  const { state } = await who.call("takeAnswer", admission, { answer, text: server.text(fingerprint) });
  assert.deepEqual([state, await look(by)], ["ready", ["ready"]]);
}

/** Replaces the key from a browser; what was sent. */
async function replace(who, kept, cause = "routine") {
  const request = await who.call("prepareReplacement", { cause, kept, publicKeys: server.publicKeys });
  await server.replace(request);
  assert.deepEqual(await look(who), ["ready"]);
  return request;
}

const codes = () => server.codes.map(({ fingerprint }) => fingerprint);
const seal = (who, sealingKeyPem = server.devices[0].public_key) => who.call("sealDraft", { ...POST, sealingKeyPem });
const numbersOf = ({ link, keyholders }) => [link.generation, keyholders.number];
const holdersOf = ({ keyholders }) => keyholders.holders.map(({ fingerprint }) => fingerprint).sort();

beforeEach(async () => {
  await closeAll();
  server = new AccountServer(USER);
  [laptop, phone, admissions] = [browser(), browser(), 0];
  await look(laptop);
  await server.replace((await laptop.call("prepareAccount", { name: "Laptop" })).request);
  laptop.device = server.devices[0].fingerprint;
  assert.deepEqual(await look(laptop), ["ready"]);
});

test("who holds the key or has none at all may write, and nobody of whom nothing is known", async () => {
  const without = browser();
  await assert.rejects(seal(without), { name: "NotChecked" });
  await without.call("useAccount", new AccountServer(USER).text());
  assert.ok(await seal(without));
  assert.ok(await seal(laptop));
});

test("a browser that was never given the key, or is taken off, writes and grants nothing", async () => {
  assert.deepEqual(await look(phone), ["other-key"]);
  await assert.rejects(seal(phone), { name: "NoKeyHere" });
  const [{ public_key: pem }] = server.devices;
  await server.hold((await laptop.call("prepareLeaving")).request);
  assert.deepEqual(await look(laptop), ["removed"]);
  await assert.rejects(seal(laptop, pem), { name: "NoKeyHere" });
  await assert.rejects(laptop.call("rewrap", {}), { name: "NoKeyHere" });
});

test("after a restored backup nothing is written, and a new key with new numbers mends it", async () => {
  const backup = server.copy();
  const lost = await replace(laptop, codes());
  assert.deepEqual(numbersOf(lost), [2, 2]);
  server = backup;

  assert.deepEqual(await look(laptop), ["older", "older"]);
  assert.equal(laptop.status.canReplace, true);
  await assert.rejects(seal(laptop), { name: "KeyProblem" });
  await assert.rejects(laptop.call("rewrap", {}), { name: "KeyProblem" });
  await assert.rejects(laptop.call("prepareCode"), { name: "NoAccountKey" });

  // Generation 2 and list 2 were somebody's, although the server forgot them.
  assert.deepEqual(numbersOf(await replace(laptop, codes())), [3, 3]);
  assert.ok(await seal(laptop));
  assert.deepEqual(numbersOf(await replace(laptop, codes())), [4, 4]);
});

test("a device that was lost does not come back with the backup, whatever is ticked", async () => {
  await admit(phone, laptop);
  const backup = server.copy();
  await replace(laptop, codes(), "lost-device");
  server = backup;

  assert.deepEqual(await look(laptop), ["older", "older"]);
  assert.deepEqual(laptop.status.remembered.toSorted(), [laptop.device, ...codes()].sort());
  const mended = await replace(laptop, [...codes(), phone.device]);

  assert.deepEqual(holdersOf(mended), [laptop.device, ...codes()].sort());
  assert.deepEqual(await look(phone), ["removed"]);
});

test("a device that was planted gets no box of the key that takes the place of the list", async () => {
  server.keyholders.holders.push({ kind: "device", fingerprint: "f".repeat(64), name: "Phone" });
  server.devices.push({ ...server.devices[0], fingerprint: "f".repeat(64) });
  assert.deepEqual([await look(laptop), laptop.status.canReplace], [["broken", "list"], true]);

  const mended = await replace(laptop, [...codes(), "f".repeat(64)]);

  assert.deepEqual(holdersOf(mended), [laptop.device, ...codes()].sort());
});

test("another device that saw the lost key takes no other in its place, until a code lets it in", async () => {
  await admit(phone, laptop);
  const backup = server.copy();
  await replace(laptop, [...codes(), phone.device]);
  assert.deepEqual(await look(phone), ["ready"]);
  server = backup;
  assert.deepEqual(await look(laptop), ["older", "older"]);
  await replace(laptop, [...codes(), phone.device]);

  // Whoever has the first key could have signed this one: only the laptop knows that it did.
  assert.deepEqual([await look(phone), phone.status.canReplace], [["broken", "rival"], undefined]);
  await assert.rejects(replace(phone, []), { name: "NoAccountKey" });

  await admit(phone, laptop);
  assert.equal(await phone.call("exportKey"), await laptop.call("exportKey"));
  assert.deepEqual(numbersOf(await replace(phone, [laptop.device])), [4, 6]);
});

test("what the key did not sign among one's own keys is not signed by the next", async () => {
  const pem = server.devices[0].public_key;
  const own = { fingerprint: laptop.device, label: "Script", generation: 1, algorithm: "x-wing" };
  const signature = await laptop.call("signOwn", { pem, label: "Script" });
  const planted = [
    { ...own, signature: null },
    { ...own, signature, label: "Other" },
    { ...own, signature, generation: 2 },
    { ...own, signature: btoa("x".repeat(64)) },
  ];
  server.own = [...planted, { ...own, signature }];
  assert.deepEqual(await look(laptop), ["ready"]);

  const { own_keys: signed } = await replace(laptop, [laptop.device]);

  assert.deepEqual(signed.map(({ fingerprint, label }) => [fingerprint, label]), [[laptop.device, "Script"]]);
});
