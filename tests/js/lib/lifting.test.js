// Moving what lies under an older account key to the newest: page and keyring in one thread, against a server that lies.
import "./one_tab.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { fromBase64, toBase64, toHex } from "../../../static/js/crypto/bytes.js";
import { sealContent } from "../../../static/js/crypto/contents.js";
import * as contexts from "../../../static/js/crypto/contexts.js";
import { loadPublicKey } from "../../../static/js/crypto/public_keys.js";
import { unwrap, wrap } from "../../../static/js/crypto/wrapping.js";
import * as keyring from "../../../static/js/lib/keyring.js";
import { currentAccount, forgetAccount } from "../../../static/js/lib/keyring_account.js";
import { sealObject } from "../../../static/js/lib/keyring_objects.js";
import { liftPart, prepareReplacement } from "../../../static/js/lib/keyring_replacing.js";
import { lift } from "../../../static/js/lib/lifting.js";
import { loadObject } from "../../../static/js/lib/store.js";
import { oneBrowser, USER } from "./one_browser.js";

const { server, begin } = oneBrowser();
const told = [];
globalThis.document.addEventListener("lift:moved", () => told.push("moved"));
let contentKeys;

async function wrapNew(revision = 1) {
  const { key } = currentAccount(USER);
  const place = { post: crypto.randomUUID(), revision };
  const contentKey = crypto.getRandomValues(new Uint8Array(32));
  const context = contexts.wrappedKey({ ...place, fingerprint: key.fingerprint });
  const wrapped = await wrap(contentKey, await loadPublicKey("x-wing", key.wrapping.spki), { context });
  const places = { contentContext: new Uint8Array(), keyContext: contexts.contentKey(place) };
  const { keyCommitment } = await sealContent(new Uint8Array(1), { contentKey, ...places });
  contentKeys.set(place.post, contentKey);
  return {
    ...place,
    fingerprint: toHex(key.fingerprint),
    wrapped_key: toBase64(wrapped),
    key_commitment: toBase64(keyCommitment),
  };
}

async function replaceKey() {
  const publicKeys = Object.fromEntries(server.devices.map((each) => [each.fingerprint, each.public_key]));
  await server.replace(await prepareReplacement(USER, { cause: "routine", kept: [], publicKeys }));
  await keyring.reloadAccount(USER);
}

/** The posts that the newest key opens to the content keys that they had. */
async function opened() {
  const { key } = currentAccount(USER);
  const open = async ({ post, revision, wrapped_key }) => {
    const context = contexts.wrappedKey({ post, revision, fingerprint: key.fingerprint });
    const contentKey = await unwrap(fromBase64(wrapped_key), key.wrapping, { context });
    assert.deepEqual([...contentKey], [...contentKeys.get(post)]);
    return post;
  };
  return Promise.all(server.wraps.map(open));
}

beforeEach(async () => {
  [contentKeys, told.length] = [new Map(), 0];
  await begin();
  for (let at = 0; at < 23; at += 1) {
    server.wraps.push(await wrapNew());
  }
  server.store.set("people", { name: "people", ...(await sealObject(USER, "people", { value: ["alice"], version: 4 })) });
});

test("everything is moved, over two replaced keys, and opens with the newest", async () => {
  await replaceKey();
  server.wraps.push(await wrapNew(3));
  await replaceKey();
  const posts = server.wraps.map(({ post }) => post);

  await lift(USER);

  assert.deepEqual(server.part().links, []);
  assert.deepEqual((await opened()).sort(), posts.sort());
  assert.deepEqual(await loadObject(USER, "people"), { value: ["alice"], version: 5 });
  assert.deepEqual(told, ["moved"]);
});

test("what does not open is named, and nothing else", async () => {
  const [one, two, three] = server.wraps;
  const other = server.wraps[5];
  one.wrapped_key = other.wrapped_key;
  two.key_commitment = other.key_commitment;
  three.revision = 2;
  server.store.set("local/x", { ...server.store.get("people"), name: "local/x" });
  await replaceKey();
  const whole = server.part();

  const body = await liftPart(USER, whole);

  assert.deepEqual(body.failed.map(({ post }) => post), [one, two, three].map(({ post }) => post));
  assert.deepEqual(body.failed_objects, [{ name: "local/x", version: 5 }]);
  assert.deepEqual([body.wraps.length, body.objects.length], [20, 1]);
});

test("what lies under a key that is not here is not named: what is named is deleted", async () => {
  await replaceKey();
  const { wraps, objects } = server.part();
  const [wrap_] = wraps;
  const unknown = { ...wrap_, fingerprint: "0".repeat(64) };
  await assert.rejects(liftPart(USER, { wraps: [unknown], objects }), { name: "OtherGeneration" });
  await assert.rejects(liftPart(USER, { wraps, objects: [{ ...objects[0], generation: 7 }] }), { name: "OtherGeneration" });
  await forgetAccount(USER);
  await assert.rejects(liftPart(USER, { wraps, objects }), { name: "NoAccountKey" });
});

test("keys that another call brings meanwhile fail nothing", async () => {
  await replaceKey();
  const lifting = liftPart(USER, server.part());
  await forgetAccount(USER);
  const { failed, failed_objects: failedObjects } = await lifting.catch(({ name }) => ({ failed: [], failed_objects: [name] }));
  assert.deepEqual([failed, failedObjects], [[], ["NoAccountKey"]]);
});

test("an older version of an object than this browser has seen is not carried on", async () => {
  const older = server.store.get("people");
  server.store.set("people", { name: "people", ...(await sealObject(USER, "people", { value: ["bob"], version: 5 })) });
  await loadObject(USER, "people");
  server.store.set("people", older);
  await replaceKey();

  assert.deepEqual((await liftPart(USER, server.part())).failed_objects, [{ name: "people", version: 5 }]);
});

test("reading comes first: while somebody waits for the keyring the lift takes no piece", async () => {
  await replaceKey();
  const reading = keyring.prepare(USER, "exportKey");
  assert.equal(keyring.isBusy(), true);
  const lifting = lift(USER);
  await reading;
  await lifting;
  assert.equal(server.part().wraps.length, 0);
});
