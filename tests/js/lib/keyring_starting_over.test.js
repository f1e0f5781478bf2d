// Starting over in one browser, beside another one of the person, and a server between them that lies.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { AccountServer, fingerprintOf } from "./account_server.js";
import { browser, closeAll, look as lookAt, USER } from "./browsers.js";

let server, laptop, phone, laptops, request;

const look = (who, recipient) => lookAt(who, server.text(recipient));

/** What a browser that has the boxes of its device finds, and how far its own start is. */
async function stands(who, recipient) {
  const [state] = await look(who, recipient);
  return [state, (await who.call("startingOver")).state];
}

const deviceOf = ({ devices: [{ public_key }] }) => fingerprintOf(public_key);

beforeEach(async () => {
  await closeAll();
  server = new AccountServer(USER);
  [laptop, phone] = [browser(), browser()];
  await look(laptop);
  await server.replace((await laptop.call("prepareAccount", { name: "Laptop" })).request);
  laptops = server.devices[0].fingerprint;
  assert.deepEqual(await look(laptop, laptops), ["ready"]);
  assert.deepEqual(await look(phone), ["other-key"]);
  request = await phone.call("prepareReset", { name: "Phone", own: [] });
});

test("a new key is drawn for this browser alone, and nothing leads to it", async () => {
  const { link, keyholders, boxes, recovery_codes, link_box, own_keys } = request;
  assert.deepEqual([link.generation, link.cause, link.signature_before, link_box], [2, "reset", null, null]);
  assert.deepEqual([keyholders.number, recovery_codes, own_keys], [2, [], []]);
  assert.deepEqual(keyholders.holders, [{ kind: "device", fingerprint: await deviceOf(request), name: "Phone" }]);
  assert.deepEqual(boxes.map(({ recipient }) => recipient), [await deviceOf(request)]);
});

test("while it waits nobody holds the new key, and the old one opens as before", async () => {
  await server.ask(request);
  assert.deepEqual(await stands(phone, await deviceOf(request)), ["other-key", "waiting"]);
  assert.deepEqual(await stands(laptop, laptops), ["ready", "none"]);
});

test("when it happened this browser holds the new key and owes itself a code, and the others are told", async () => {
  await server.ask(request);
  await stands(phone, await deviceOf(request));
  await server.finish();
  assert.deepEqual(await stands(phone, await deviceOf(request)), ["ready", "done"]);
  assert.deepEqual(await look(laptop, laptops), ["broken", "reset"]);
  await server.hold((await phone.call("prepareCode")).request);
  assert.deepEqual(await stands(phone, await deviceOf(request)), ["ready", "none"]);
});

test("what was stopped is said to be", async () => {
  await server.ask(request);
  await stands(phone, await deviceOf(request));
  server.waiting = null;
  assert.deepEqual(await stands(phone, await deviceOf(request)), ["other-key", "stopped"]);
});

test("what never reached the server is not said to have been stopped", async () => {
  assert.deepEqual(await stands(phone, await deviceOf(request)), ["other-key", "none"]);
});

test("a browser that was removed starts over, too, and keeps its new device while it waits", async () => {
  await server.hold((await laptop.call("prepareLeaving")).request);
  assert.deepEqual(await look(laptop, laptops), ["removed"]);
  const its = await laptop.call("prepareReset", { name: "Laptop", own: [] });
  assert.notEqual(await deviceOf(its), laptops);
  await server.ask(its);
  assert.deepEqual(await stands(laptop, await deviceOf(its)), ["removed", "waiting"]);
  await server.finish();
  assert.deepEqual(await stands(laptop, await deviceOf(its)), ["ready", "done"]);
});

test("a person who holds the new key follows what signed links lead on to from it", async () => {
  await server.ask(request);
  await server.finish();
  const mine = await deviceOf(request);
  await look(phone, mine);
  const publicKeys = { [mine]: server.devices[0].public_key };
  await server.replace(await phone.call("prepareReplacement", { cause: "routine", kept: [], publicKeys }));
  assert.deepEqual(await look(phone, mine), ["ready"]);
});

for (const [lie, tell] of Object.entries({
  "another reset in the place of its own": async () => {
    const rival = browser();
    await look(rival);
    await server.ask(await rival.call("prepareReset", { name: "Phone", own: [] }));
    return ["other-key"];
  },
  "its own reset under another cause": async () => {
    server.waiting.link.cause = "new";
    return ["broken", "chain"];
  },
  "its own reset with a list of another name": async () => {
    server.waiting.keyholders.holders[0].name = "Laptop";
    return ["broken", "list"];
  },
  "its own reset with a list that is older": async () => {
    server.waiting.keyholders = { ...server.waiting.keyholders, number: 1 };
    return ["broken", "list"];
  },
  "its own reset, and a box that somebody else made": async () => {
    server.waiting.boxes[0].box = btoa("x".repeat(1168));
    return ["broken", "box"];
  },
})) {
  test(`${lie} is not taken`, async () => {
    await server.ask(request);
    const expected = await tell();
    await server.finish();
    assert.deepEqual(await look(phone, await deviceOf(request)), expected);
  });
}

test("a server that shows less than what was seen gets no lower number for it", async () => {
  const seen = await laptop.call("prepareName", { fingerprint: laptops, name: "Desk" });
  await server.hold(seen.request);
  assert.deepEqual(await look(laptop, laptops), ["ready"]);
  server.keyholders.number = 1;
  await look(laptop, laptops);
  assert.equal((await laptop.call("prepareReset", { name: "Laptop", own: [] })).keyholders.number, 3);
});
