import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex, utf8 } from "../../../static/js/crypto/bytes.js";
import { loadPublicKey, readPublicKey } from "../../../static/js/crypto/public_keys.js";
import { RsaPrivateKey } from "../../../static/js/crypto/rsa_oaep.js";
import * as wrapping from "../../../static/js/crypto/wrapping.js";
import { newContentKey } from "./sealing.js";
import { load } from "./vectors.js";

const made = load("python-made");
const alice = await wrapping.loadPrivateKey(made.private_keys.alice);
const bob = await wrapping.loadPrivateKey(made.private_keys.bob);
const carol = await wrapping.loadPrivateKey(made.private_keys.carol);
const recipientOf = ({ algorithm, spki }) => loadPublicKey(algorithm, spki);
const [here, there] = [{ context: utf8("here") }, { context: utf8("there") }];
const WRONG_KEY = { name: "WrongKey" };
const CANNOT_OPEN = { name: "CannotOpen" };
const refused = (rule) => ({ name: "UnacceptableKey", rule });

for (const { name, reader, size } of [{ name: "alice", reader: alice, size: 1168 }, { name: "carol", reader: carol, size: 384 }]) {
  test(`a wrapped key unwraps for ${name} in its place`, async () => {
    const contentKey = newContentKey();
    const recipient = await recipientOf(reader);
    const wrapped = await wrapping.wrap(contentKey, recipient, here);
    assert.deepEqual(await wrapping.unwrap(wrapped, reader, here), contentKey);
    assert.equal(wrapped.length, size);
    await assert.rejects(wrapping.unwrap(wrapped, reader, there), WRONG_KEY);
    await assert.rejects(wrapping.unwrap(wrapped, bob, here), WRONG_KEY);
  });

  test(`arbitrary bytes do not unwrap for ${name}`, async () => {
    for (const length of [0, 1, 32, 384, 1119, 1120, 1168, 1169]) {
      await assert.rejects(wrapping.unwrap(crypto.getRandomValues(new Uint8Array(length)), reader, here), WRONG_KEY);
    }
  });

  test(`only a content key is wrapped and unwrapped for ${name}`, async () => {
    const recipient = await recipientOf(reader);
    await assert.rejects(wrapping.wrap(new Uint8Array(31), recipient, here), RangeError);
    for (const length of [0, 31, 33]) {
      const wrapped = await recipient.encrypt(new Uint8Array(length), here);
      await assert.rejects(wrapping.unwrap(wrapped, reader, here), WRONG_KEY);
    }
  });
}

test("views into larger buffers are read as what they show", async () => {
  const large = crypto.getRandomValues(new Uint8Array(4096));
  const contentKey = large.subarray(100, 132);
  const seed = large.subarray(200, 232);
  const reader = await wrapping.loadPrivateKey(seed);
  assert.deepEqual(reader.spki, (await wrapping.loadPrivateKey(seed.slice())).spki);
  const wrapped = await wrapping.wrap(contentKey, await recipientOf(reader), { context: large.subarray(7, 9) });
  const view = new Uint8Array(5000);
  view.set(wrapped, 1000);
  const shown = view.subarray(1000, 1000 + wrapped.length);
  assert.deepEqual(await wrapping.unwrap(shown, reader, { context: large.slice(7, 9) }), contentKey.slice());
});

test("a sealed document opens for the sealing key", async () => {
  for (const size of [0, 1, 7 << 20]) {
    const document = new Uint8Array(size).fill(7);
    const sealed = await wrapping.sealTo(document, await recipientOf(alice), here);
    assert.equal(sealed.length, size + 1136);
    assert.deepEqual(await alice.decrypt(sealed, here), document);
    await assert.rejects(bob.decrypt(sealed, here), CANNOT_OPEN);
    await assert.rejects(alice.decrypt(sealed, there), CANNOT_OPEN);
  }
});

test("a sealing key is X-Wing", async () => {
  await assert.rejects(wrapping.sealTo(new Uint8Array(0), await recipientOf(carol), here), refused("sealing-kind"));
});

test("private keys are loaded from PEM and seed, and X-Wing ones exported", async () => {
  const own = await wrapping.generatePrivateKey();
  const pem = wrapping.exportPrivateKey(own);
  const seed = own.pkcs8.subarray(-32);
  for (const source of [pem, seed, pem.replaceAll("\n", "\r\n"), `\ufeff\u200e${pem.replaceAll(" ", "\u00a0")}`]) {
    assert.deepEqual((await wrapping.loadPrivateKey(source)).spki, own.spki);
  }
  assert.equal(toHex(own.pkcs8), `3034020100300d060b2b0601040183e62d81c87a0420${toHex(seed)}`);
});

test("an RSA key does not come out again but can be kept", async () => {
  assert.throws(() => wrapping.exportPrivateKey(carol), TypeError);
  assert.equal(carol.key.extractable, false);
  const kept = structuredClone({ key: carol.key, spki: carol.spki });
  const again = new RsaPrivateKey(kept.key, kept.spki);
  const wrapped = await wrapping.wrap(new Uint8Array(32), await recipientOf(carol), here);
  assert.deepEqual(await wrapping.unwrap(wrapped, again, here), new Uint8Array(32));
});

test("a key loads only as what it is", async () => {
  for (const [algorithm, der] of [["x-wing", carol.spki], ["rsa-oaep-256", alice.spki], ["x-wing-2", alice.spki]]) {
    await assert.rejects(loadPublicKey(algorithm, der), refused("broken"));
  }
});

test("a refusal never carries the key", async () => {
  await assert.rejects(readPublicKey(made.private_keys.alice), { message: "private-key", rule: "private-key" });
});

test("the keys of a seed are made once, however much is opened with it", async () => {
  const recipient = await recipientOf(alice);
  const wrapped = await Promise.all([1, 2, 3].map(() => wrapping.wrap(newContentKey(), recipient, here)));
  const { deriveBits } = crypto.subtle;
  let derived = 0;
  crypto.subtle.deriveBits = function (algorithm, ...rest) {
    derived += Number(algorithm.name === "X25519");
    return deriveBits.call(this, algorithm, ...rest);
  };
  try {
    await Promise.all(wrapped.map((each) => wrapping.unwrap(each, alice, here)));
  } finally {
    delete crypto.subtle.deriveBits;
  }
  // One for each ciphertext, and none for the key's own public half.
  assert.equal(derived, wrapped.length);
});
