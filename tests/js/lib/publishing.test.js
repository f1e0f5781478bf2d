// What leaves an author's browser: a document, signed for its place, sealed to the workers. Page and keyring in one thread.
import "./one_tab.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { checkAuthor } from "../../../static/js/crypto/authors.js";
import { fromBase64 } from "../../../static/js/crypto/bytes.js";
import { readLink } from "../../../static/js/crypto/chains.js";
import * as contexts from "../../../static/js/crypto/contexts.js";
import { decodeDocument } from "../../../static/js/crypto/documents.js";
import { decodeFrame } from "../../../static/js/crypto/frames.js";
import { unpad } from "../../../static/js/crypto/padding.js";
import { generatePrivateKey, publicKeyOf } from "../../../static/js/crypto/wrapping.js";
import * as keyring from "../../../static/js/lib/keyring.js";
import { prepareReplacement } from "../../../static/js/lib/keyring_replacing.js";
import { publish } from "../../../static/js/lib/publishing.js";
import { oneBrowser, USER } from "./one_browser.js";

const PLACE = { post: "0b5c9d8e-0000-4000-8000-000000000002", group: "0b5c9d8e-0000-4000-8000-000000000003", author: USER };
const REQUEST = { ...PLACE, action: "/groups/walkers/posts/", sealingKey: "/sealing-key.json", title: "A title", body: "A text", files: [] };
const { server, beginAnew, makeKey } = oneBrowser();
const sealingKey = await generatePrivateKey();
let sent, keyAnswer;

const { fetch } = globalThis;
// As the real site: who names the key that signed is told if it is no longer the newest.
globalThis.fetch = async (address, options) => {
  const answers = { [REQUEST.sealingKey]: () => keyAnswer, [REQUEST.action]: () => take(options) };
  const [status, body] = answers[address]?.() ?? [];
  return status ? new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } }) : fetch(address, options);
};

function take({ body }) {
  const members = JSON.parse(body);
  sent.push(members);
  const isNewest = members.account_key === (server.chain.at(-1)?.fingerprint ?? "");
  const errors = { account_key: ["Your key was replaced, so this has to be signed again."] };
  return isNewest ? [201, { uid: members.uid, address: `/posts/${members.uid}/` }] : [409, { errors }];
}

beforeEach(async () => {
  sent = [];
  keyAnswer = [200, { public_key: publicKeyOf(sealingKey).pem }];
  await beginAnew();
  assert.equal((await keyring.reloadAccount(USER)).state, "none");
});

/** {frame, document} of what the workers get of the last that was sent. */
async function opened() {
  const context = contexts.draft({ ...PLACE, revision: 1 });
  const frame = decodeFrame(unpad(await sealingKey.decrypt(fromBase64(sent.at(-1).draft), { context })));
  return { frame, document: decodeDocument(frame.document) };
}

const chain = () => server.chain.map(readLink);

test("a document is signed for its place, with the time in UTC and a thread of its own", async () => {
  await makeKey();
  const before = Date.now();
  assert.deepEqual(await publish(USER, { ...REQUEST, tags: ["wind", "海"] }), { address: `http://site/posts/${PLACE.post}/`, isNew: true });
  const { frame, document } = await opened();
  const link = await checkAuthor(frame, { ...PLACE, revision: 1, chain: chain() });
  assert.equal(link.generation, 1);
  assert.deepEqual([document.title, document.body, document.tags], ["A title", "A text", ["wind", "海"]]);
  assert.deepEqual([document.lettingIn, document.files, document.thread.length], ["author", [], 32]);
  assert.ok(Math.abs(Date.parse(document.time) - before) < 60_000);
  await publish(USER, { ...REQUEST, post: crypto.randomUUID() });
  assert.equal(sent.length, 2);
  assert.equal(JSON.stringify(sent).includes("A text"), false);
});

test("a thread is carried on, and no two posts have the same", async () => {
  await makeKey();
  await publish(USER, REQUEST);
  const { thread } = (await opened()).document;
  await publish(USER, REQUEST);
  assert.notDeepEqual((await opened()).document.thread, thread);
  await publish(USER, { ...REQUEST, thread });
  assert.deepEqual((await opened()).document.thread, thread);
});

test("who has no account key signs nothing", async () => {
  await publish(USER, REQUEST);
  const { frame } = await opened();
  assert.equal(frame.isSigned, false);
  assert.equal(sent[0].account_key, "");
});

test("a page whose key was replaced meanwhile signs again by itself, with the newest", async () => {
  await makeKey();
  await publish(USER, REQUEST);
  const publicKeys = Object.fromEntries(server.devices.map((each) => [each.fingerprint, each.public_key]));
  await server.replace(await prepareReplacement(USER, { cause: "routine", kept: [], publicKeys }));
  sent = [];

  assert.equal((await publish(USER, REQUEST)).isNew, true);

  assert.deepEqual(sent.map((each) => each.account_key), server.chain.map(({ fingerprint }) => fingerprint));
  const { frame } = await opened();
  assert.equal((await checkAuthor(frame, { ...PLACE, revision: 1, chain: chain() })).generation, 2);
});

test("where it can't, since it has no box of the newest, it says so", async () => {
  await makeKey();
  const publicKeys = Object.fromEntries(server.devices.map((each) => [each.fingerprint, each.public_key]));
  await server.replace(await prepareReplacement(USER, { cause: "routine", kept: [], publicKeys }));
  server.boxes = [];

  await assert.rejects(publish(USER, REQUEST), { name: "KeyProblem" });
});

test("without a sealing key of the site a page sends nothing", async () => {
  keyAnswer = [503, { errors: { __all__: ["Nothing can be published here now."] } }];
  await assert.rejects(publish(USER, REQUEST), { name: "NoSealingKey" });
  assert.deepEqual(sent, []);
});
