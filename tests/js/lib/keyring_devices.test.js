// Two browsers of one person, and a server between them that lies.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { AccountServer, fingerprintOf } from "./account_server.js";
import { browser, closeAll, look as lookAt, USER } from "./browsers.js";

const ADMISSION = "0b5c9d8e-0000-4000-8000-0000000000aa";
let server, laptop, phone, code, recoveryCode;

const look = (who, recipient) => lookAt(who, server.text(recipient));

beforeEach(async () => {
  await closeAll();
  server = new AccountServer(USER);
  [laptop, phone] = [browser(), browser()];
  await look(laptop);
  const made = await laptop.call("prepareAccount", { name: "Laptop" });
  recoveryCode = made.code;
  await server.replace(made.request);
  assert.deepEqual(await look(laptop, server.devices[0].fingerprint), ["ready"]);
  code = await laptop.call("drawCode", ADMISSION);
});

async function offer(typed = code, name = "Phone") {
  return phone.call("prepareOffer", ADMISSION, { typed, name });
}

/** What the laptop answers to an offer, and what stands on the server then. */
async function allow({ request }) {
  const answer = await laptop.call("prepareAnswer", ADMISSION, request);
  const { fingerprint, box, keyholders, mac } = answer;
  await server.hold({ ...keyholders, devices: [request], recovery_codes: [], boxes: [{ recipient: fingerprint, box }] });
  return { fingerprint, generation: keyholders.generation, number: keyholders.number, mac };
}

const take = (answer, at = server) => phone.call("takeAnswer", ADMISSION, { answer, text: at.text(answer.fingerprint) });

test("a typed code brings the key to another browser", async () => {
  const made = await offer(code.toLowerCase().replaceAll("-", " "));
  assert.equal(await laptop.call("isRightOffer", ADMISSION, made.request), true);
  const { state } = await take(await allow(made));
  assert.equal(state, "ready");
  assert.deepEqual(await look(laptop, server.devices[0].fingerprint), ["ready"]);
  assert.equal(await phone.call("exportKey"), await laptop.call("exportKey"));
});

test("an offer with another code, name or key is wrong", async () => {
  const { request } = await offer();
  const { request: other } = await offer("0000-0000-0000-0000");
  const lies = [other, { ...request, name: "Tablet" }, { ...request, public_key: other.public_key }];
  const judged = await Promise.all(lies.map((lie) => laptop.call("isRightOffer", ADMISSION, lie)));
  assert.deepEqual(judged, [false, false, false]);
});

test("what is no code is said to be none", async () => {
  await assert.rejects(offer("0000"), { name: "InvalidCode", reason: "length" });
});

for (const [lie, tell] of Object.entries({
  "a number": (answer) => ({ ...answer, number: answer.number + 1 }),
  "a proof": (answer) => ({ ...answer, mac: btoa("x".repeat(32)) }),
  "a generation that is not there": (answer) => ({ ...answer, generation: 7 }),
})) {
  test(`an answer with ${lie} of the server's own is not taken`, async () => {
    const answer = await allow(await offer());
    await assert.rejects(take(tell(answer)), { name: "WrongAnswer" });
    assert.deepEqual(await look(phone, answer.fingerprint), ["other-key"]);
  });
}

test("an account that the server made up is not taken, whatever box it offers", async () => {
  const made = await offer();
  const answer = await allow(made);
  const mallory = browser();
  const rival = new AccountServer(USER);
  await mallory.call("useAccount", rival.text());
  await rival.replace((await mallory.call("prepareAccount", { name: "Laptop" })).request);
  await mallory.call("useAccount", rival.text(rival.devices[0].fingerprint));
  await mallory.call("drawCode", ADMISSION);
  const its = await mallory.call("prepareAnswer", ADMISSION, made.request);
  const boxes = [{ recipient: its.fingerprint, box: its.box }];
  await rival.hold({ ...its.keyholders, devices: [made.request], recovery_codes: [], boxes });
  for (const mac of [its.mac, answer.mac]) {
    await assert.rejects(take({ ...answer, mac, number: its.keyholders.number }, rival), { name: "WrongAnswer" });
  }
});

test("a code counts for ten minutes by each browser's own clock, and once, whatever the server says", async () => {
  const minutes = 60_000;
  const made = await offer();
  laptop.wait(9 * minutes);
  const answer = await allow(made);
  phone.wait(9 * minutes);
  await take(answer);
  await assert.rejects(take(answer), { name: "CodeOver" });

  laptop.wait(2 * minutes);
  await assert.rejects(laptop.call("isRightOffer", ADMISSION, made.request), { name: "CodeOver" });
  await assert.rejects(laptop.call("prepareAnswer", ADMISSION, made.request), { name: "CodeOver" });
  const late = await offer();
  phone.wait(11 * minutes);
  await assert.rejects(take({ ...answer, fingerprint: late.fingerprint }), { name: "CodeOver" });
});

test("an admission is good for the person and the number that it was opened for", async () => {
  const answer = await allow(await offer());
  const other = "0b5c9d8e-0000-4000-8000-0000000000bb";
  const again = await phone.call("prepareOffer", other, { typed: code, name: "Phone" });
  const replayed = phone.call("takeAnswer", other, { answer, text: server.text(again.fingerprint) });
  await assert.rejects(replayed, { name: "WrongAnswer" });
});

test("the recovery code brings the key back when every device is gone", async () => {
  const fingerprint = await phone.call("codeFingerprint", recoveryCode);
  await phone.call("checkCode", recoveryCode, server.text(fingerprint));
  const prepared = { typed: recoveryCode, text: server.text(fingerprint), name: "Phone" };
  const { request } = await phone.call("prepareRecovery", prepared);
  await server.hold(request);
  assert.deepEqual(await look(phone, await fingerprintOf(request.devices[0].public_key)), ["ready"]);
});

test("who was let in and could not believe it comes back by the code, as one device", async () => {
  const answer = await allow(await offer());
  await assert.rejects(take({ ...answer, number: answer.number + 1 }), { name: "WrongAnswer" });
  const before = server.devices.map(({ fingerprint }) => fingerprint);
  assert.ok(before.includes(answer.fingerprint));
  const text = server.text(await phone.call("codeFingerprint", recoveryCode));

  const { request } = await phone.call("prepareRecovery", { typed: recoveryCode, text, name: "Phone" });
  const [fresh] = await Promise.all(request.devices.map(({ public_key: pem }) => fingerprintOf(pem)));
  assert.equal(before.includes(fresh), false);
  assert.equal(request.holders.some(({ fingerprint }) => fingerprint === answer.fingerprint), false);
  await server.hold(request);
  assert.deepEqual(await look(phone, fresh), ["ready"]);
});

const plant = (kind, digit) => ({ kind, fingerprint: digit.repeat(64), name: kind === "device" ? "Phone" : "" });

async function swapEndorsement({ codes }) {
  const { request } = await laptop.call("prepareCode");
  codes[0].endorsement = request.recovery_codes[0].endorsement;
}

for (const [lie, tell, name] of [
  ["an endorsement of another account", ({ codes }) => (codes[0].account_fingerprint = "0".repeat(64)), "NotEndorsed"],
  ["a box that was swapped", ({ boxes }) => boxes.forEach((each) => (each.box = btoa("x".repeat(1168)))), "NotEndorsed"],
  ["a key that nothing signed", ({ chain }) => chain.push({ ...chain[0], generation: 2, cause: "routine" }), "NotEndorsed"],
  ["a reset inside", ({ chain }) => chain.push({ ...chain[0], generation: 2, cause: "reset" }), "NotEndorsed"],
  ["another signing key for the code", ({ codes }) => (codes[0].signing_key = btoa("x".repeat(32))), "OtherCode"],
  ["no such code", (all) => (all.codes = []), "OtherCode"],
  ["an endorsement by another code", swapEndorsement, "NotEndorsed"],
  ["a planted device on the list", ({ keyholders }) => keyholders.holders.push(plant("device", "f")), "NotEndorsed"],
  ["a planted code on the list", ({ keyholders }) => keyholders.holders.unshift(plant("recovery", "0")), "NotEndorsed"],
  ["a list that nothing signed", ({ keyholders }) => (keyholders.signature = btoa("x".repeat(64))), "NotEndorsed"],
]) {
  test(`a recovery with ${lie} brings nothing`, async () => {
    const fingerprint = await phone.call("codeFingerprint", recoveryCode);
    await tell(server);
    const prepared = { typed: recoveryCode, text: server.text(fingerprint), name: "Phone" };
    await assert.rejects(phone.call("prepareRecovery", prepared), { name });
    assert.deepEqual(await look(phone), ["other-key"]);
  });
}

/** The key is replaced by `who` for all that hold it, but for one. */
async function replace(who, { without = "" } = {}) {
  await look(who, server.devices[0].fingerprint);
  const { publicKeys } = server;
  const kept = Object.keys(publicKeys).filter((each) => each !== without);
  await server.replace(await who.call("prepareReplacement", { cause: "routine", kept, publicKeys }));
}

test("the recovery code brings the newest key back, however often it was replaced", async () => {
  const lists = [server.copy().keyholders];
  await replace(laptop);
  lists.push(server.copy().keyholders);
  await replace(laptop);
  await look(laptop, server.devices[0].fingerprint);
  const fingerprint = await phone.call("codeFingerprint", recoveryCode);
  const prepare = (at) => phone.call("prepareRecovery", { typed: recoveryCode, text: at.text(fingerprint), name: "Phone" });
  // Neither a link nor the list of an older key in the place of the newest one is taken.
  const [first, , newest] = server.chain;
  const lies = [{ chain: [first, newest] }, ...lists.map((keyholders) => ({ keyholders }))];
  for (const lie of lies) {
    await assert.rejects(prepare(Object.assign(server.copy(), lie)), { name: "NotEndorsed" });
  }

  const { request } = await prepare(server);
  await server.hold(request);

  assert.deepEqual(await look(phone, await fingerprintOf(request.devices[0].public_key)), ["ready"]);
  assert.equal(await phone.call("exportKey"), await laptop.call("exportKey"));
});

test("what a server withholds is noticed, or opens nothing", async () => {
  const answer = await allow(await offer());
  await take(answer);
  const before = server.copy();
  const theirs = await phone.call("exportKey");
  await replace(laptop, { without: answer.fingerprint });
  const once = server.copy();
  await replace(laptop);
  const mine = await look(laptop, server.devices[0].fingerprint);
  const seen = async (lie) => {
    const { state, findings } = await phone.call("useAccount", Object.assign(server.copy(), lie).text(answer.fingerprint));
    return [state, ...findings];
  };
  assert.deepEqual(mine, ["ready"]);
  // A link; a list, in whose place stands the one under the key before; and all of it.
  assert.deepEqual(await seen({ chain: [server.chain[0], server.chain[2]] }), ["broken", "chain"]);
  assert.deepEqual(await seen({ keyholders: before.keyholders, boxes: before.boxes }), ["broken", "list"]);
  assert.deepEqual(await seen({ ...before }), ["ready"]);
  assert.equal(await phone.call("exportKey"), theirs);
  assert.notEqual(await laptop.call("exportKey"), theirs);
  // The new list, and not the newest any more; and at last what there is.
  assert.deepEqual(await seen({ keyholders: once.keyholders }), ["broken", "list"]);
  assert.deepEqual(await seen({}), ["removed"]);
  await assert.rejects(phone.call("exportKey"), { name: "NoAccountKey" });
});

test("the first key vouches for the own keys that its person was shown, and for no other", async () => {
  const another = browser();
  const listed = ["a", "b"].map((digit) => ({ label: digit, fingerprint: digit.repeat(64), generation: null, signature: null }));
  await another.call("useAccount", Object.assign(new AccountServer(USER), { own: listed }).text());
  const { request } = await another.call("prepareAccount", { name: "Laptop", kept: ["b".repeat(64)] });
  assert.deepEqual(request.own_keys.map(({ label }) => label), ["b"]);
});

test("a replaced key goes to whom is kept, opens the older one, and leaves the other device out", async () => {
  const answer = await allow(await offer());
  await take(answer);
  const [mine] = server.devices.map(({ fingerprint }) => fingerprint);
  await look(laptop, mine);
  const publicKeys = Object.fromEntries([...server.devices, ...server.codes].map((each) => [each.fingerprint, each.public_key]));
  const kept = [server.codes[0].fingerprint];
  const before = await laptop.call("exportKey");
  await server.replace(await laptop.call("prepareReplacement", { cause: "lost-device", kept, publicKeys }));

  assert.deepEqual(await look(laptop, mine), ["ready"]);
  assert.notEqual(await laptop.call("exportKey"), before);
  assert.deepEqual(await look(phone, answer.fingerprint), ["removed"]);
  await phone.call("checkCode", recoveryCode, server.text(kept[0]));
});

test("another device's key in the place of a kept one is refused before anything is sealed", async () => {
  const [mine] = server.devices;
  const publicKeys = { [mine.fingerprint]: server.codes[0].public_key };
  const replaced = laptop.call("prepareReplacement", { cause: "routine", kept: [], publicKeys });
  await assert.rejects(replaced, { name: "UnacceptableKey", rule: "broken" });
});
