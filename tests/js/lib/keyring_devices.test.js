// Two browsers of one person, and a server between them that lies.
import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { AccountServer, fingerprintOf } from "./account_server.js";
import { BrowserThread } from "./browser_thread.js";

const USER = "0b5c9d8e-0000-4000-8000-000000000001";
const ADMISSION = "0b5c9d8e-0000-4000-8000-0000000000aa";
const browsers = [];
let server, laptop, phone, code, recoveryCode;

function browser() {
  browsers.push(new BrowserThread(USER));
  return browsers.at(-1);
}

async function look(who, recipient) {
  const { state, findings } = await who.call("useAccount", server.text(recipient));
  return [state, ...findings];
}

beforeEach(async () => {
  await Promise.all(browsers.splice(0).map((each) => each.close()));
  server = new AccountServer(USER);
  [laptop, phone] = [browser(), browser()];
  await look(laptop);
  const made = await laptop.call("prepareAccount", { name: "Laptop" });
  recoveryCode = made.code;
  await server.replace(made.request);
  assert.deepEqual(await look(laptop, server.devices[0].fingerprint), ["ready"]);
  code = await laptop.call("drawCode", ADMISSION);
});
after(() => Promise.all(browsers.map((each) => each.close())));

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

for (const [lie, tell, name] of [
  ["an endorsement of another account", ({ codes }) => (codes[0].account_fingerprint = "0".repeat(64)), "NotEndorsed"],
  ["a box that was swapped", ({ boxes }) => boxes.forEach((each) => (each.box = btoa("x".repeat(1168)))), "NotEndorsed"],
  ["a key that nothing signed", ({ chain }) => chain.push({ ...chain[0], generation: 2, cause: "routine" }), "NotEndorsed"],
  ["a reset inside", ({ chain }) => chain.push({ ...chain[0], generation: 2, cause: "reset" }), "NotEndorsed"],
  ["another signing key for the code", ({ codes }) => (codes[0].signing_key = btoa("x".repeat(32))), "OtherCode"],
  ["no such code", (all) => (all.codes = []), "OtherCode"],
]) {
  test(`a recovery with ${lie} brings nothing`, async () => {
    const fingerprint = await phone.call("codeFingerprint", recoveryCode);
    tell(server);
    const prepared = { typed: recoveryCode, text: server.text(fingerprint), name: "Phone" };
    await assert.rejects(phone.call("prepareRecovery", prepared), { name });
    assert.deepEqual(await look(phone), ["other-key"]);
  });
}

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
