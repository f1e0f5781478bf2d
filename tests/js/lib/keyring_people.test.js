// Alice's browser, what it remembers of Bob's keys, and a server between them that lies.
import "./one_tab.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { AccountKey } from "../../../static/js/crypto/account_keys.js";
import { fromBase64, fromHex, toBase64, toHex } from "../../../static/js/crypto/bytes.js";
import { readLink, statementOf } from "../../../static/js/crypto/chains.js";
import * as contexts from "../../../static/js/crypto/contexts.js";
import { SigningKey } from "../../../static/js/crypto/ed25519.js";
import { Party, safetyNumber } from "../../../static/js/crypto/safety_numbers.js";
import { generatePrivateKey, publicKeyOf, unwrap } from "../../../static/js/crypto/wrapping.js";
import { forgetAccount, useAccount } from "../../../static/js/lib/keyring_account.js";
import { prepareAccount } from "../../../static/js/lib/keyring_changes.js";
import * as comparing from "../../../static/js/lib/keyring_comparing.js";
import { rewrap } from "../../../static/js/lib/keyring_granting.js";
import { importKey } from "../../../static/js/lib/keyring_files.js";
import * as people from "../../../static/js/lib/keyring_people.js";
import { random, signOwnKey } from "../../../static/js/lib/keyring_signing.js";
import { get, removeAll } from "../../../static/js/lib/keyring_store.js";
import { load } from "../crypto/vectors.js";
import { AccountServer } from "./account_server.js";
import { BOB, generation, says } from "./bob.js";

const ALICE = "0b5c9d8e-0000-4000-8000-00000000000a";
const made = load("python-made");
const { envelope } = made.envelopes[0];
// Keys of Bob's and of the server, by generation: [link, AccountKey].
let first, second, lost, reset;

beforeEach(async () => {
  await forgetAll();
  await useAccount(ALICE, new AccountServer(ALICE).text());
  await importKey(ALICE, made.private_keys.alice);
  first = await generation(1, "new");
  second = await generation(2, "routine", first);
  lost = await generation(3, "lost-device", second);
  reset = await generation(3, "reset");
});

async function forgetAll() {
  await forgetAccount(ALICE);
  await removeAll(ALICE);
}

/** Bob's keys with another signing key, which signs for itself. */
async function underTheSameFingerprint([link]) {
  const rival = await SigningKey.load(random(32));
  const changed = { ...link, signing_key: toBase64(rival.public) };
  const statement = statementOf(readLink(changed), { user: BOB });
  return { ...changed, signature: toBase64(await rival.sign(statement)) };
}

const learn = (text, trusted) => people.learn(ALICE, BOB, text, { trusted });
const pinned = ([link, , pem]) => ({ fingerprint: link.fingerprint, public_key: pem });

/** What Alice's browser sends for these public keys. */
function grant(text, keys, { shown = keys.map(({ fingerprint }) => fingerprint), trusted = null } = {}) {
  const request = { ...envelope, public_keys: keys };
  return rewrap(ALICE, { request, shown, person: BOB, text, trusted });
}

/** The reason for which Alice's browser takes it neither in reading nor in granting; the mark by which it would. */
async function refused(text, keys = [pinned(first)]) {
  const errors = await Promise.all([learn(text), grant(text, keys)].map((call) => call.then(assert.fail, (error) => error)));
  assert.deepEqual(errors.map((error) => error.name), ["Unproven", "Unproven"]);
  assert.equal(errors[0].reason, errors[1].reason);
  return errors[0];
}

async function ownKey(key, { label = "Script", by = key } = {}) {
  const pair = publicKeyOf(await generatePrivateKey());
  const fingerprint = toHex(await pair.fingerprint);
  const own = { ...(await signOwnKey(by, { fingerprint, label })), generation: by.generation };
  return [own, { fingerprint, public_key: pair.pem }];
}

test("a key that is seen for the first time is granted, and so are those that signed links lead on to", async () => {
  for (const [links, newest] of [[[first], first], [[first], first], [[first, second], second], [[second, lost], lost], [[lost], lost]]) {
    const [{ fingerprint, wrapped_key }] = await grant(says(links), [pinned(newest)]);
    assert.equal(fingerprint, newest[0].fingerprint);
    const place = { post: envelope.post, revision: envelope.revision, fingerprint: fromHex(fingerprint) };
    const contentKey = await unwrap(fromBase64(wrapped_key), newest[1].wrapping, { context: contexts.wrappedKey(place) });
    assert.equal(contentKey.length, 32);
  }
});

for (const [lie, reason, tell] of [
  ["another signing key under the same fingerprint", "missing", async () => says([await underTheSameFingerprint(first)])],
  ["another key of the same generation", "missing", async () => says([await generation(1, "new")])],
  ["a later key that begins anew", "missing", async () => says([await generation(2, "new")])],
  ["a chain from which the key that was seen is gone", "missing", async () => says([second, lost])],
  ["a link that is left out", "broken", async () => says([first, lost])],
  ["a link that the key before did not sign", "broken", async () => says([first, await generation(2, "routine", await generation(1, "new"))])],
  ["a link by a stranger who names the key before", "broken", async () => {
    const [link] = second;
    const strangers = toBase64(await (await SigningKey.load(random(32))).sign(statementOf(readLink(link), { user: BOB })));
    return says([first, { ...link, signature_before: strangers }]);
  }],
  ["the cause of a link changed", "broken", async () => says([first, second, { ...lost[0], cause: "routine" }])],
  ["a signing key under which all verifies", "broken", async () => says([{ ...first[0], signing_key: toBase64(Uint8Array.of(1, ...new Uint8Array(31))) }])],
  ["the keys of somebody else", "broken", async () => says([first], { user: ALICE })],
  ["no JSON", "broken", async () => "<!doctype html>"],
  ["a made-up reset", "reset", async () => says([first, reset])],
  ["a made-up reset and a key that goes on from there", "reset", async () => says([first, reset, await generation(4, "routine", reset)])],
  ["no key any more", "older", async () => says([])],
]) {
  test(`${lie} stops a grant, and is remembered by nobody`, async () => {
    await learn(says([first]));
    assert.equal((await refused(await tell())).reason, reason);
    await grant(says([first]), [pinned(first)]);
  });
}

test("an older generation than the one that was seen stops a grant", async () => {
  await learn(says([first, second]));
  assert.equal((await refused(says([first]))).reason, "older");
  await grant(says([second]), [pinned(second)]);
});

test("whoever says so takes a key all the same: the one of which it was said, and no other", async () => {
  await learn(says([first]));
  const text = says([first, reset]);
  const { detail } = await refused(text, [pinned(reset)]);
  assert.equal(detail.at, "2026-05-03T00:00:00Z");
  const other = await generation(3, "reset");
  await assert.rejects(grant(says([first, other]), [pinned(other)], { trusted: detail.mark }), { reason: "reset" });
  await grant(text, [pinned(reset)], { trusted: detail.mark });
  await grant(says([reset]), [pinned(reset)]);
  assert.equal((await refused(says([first, second]))).reason, "older");
});

test("nobody can take what does not hold together, or no key at all", async () => {
  await learn(says([first]));
  for (const text of [says([first, lost]), says([])]) {
    const { detail } = await refused(text);
    assert.equal(detail.mark ?? null, null);
    await assert.rejects(grant(text, [pinned(first)], { trusted: null }), { name: "Unproven" });
    await assert.rejects(grant(text, [pinned(first)], { trusted: "undefined" }), { name: "Unproven" });
  }
});

test("a page that shows a key of before grants the one that signed links lead to, but not across a reset", async () => {
  const shown = [first[0].fingerprint];
  await grant(says([first]), [pinned(first)]);
  await grant(says([first, second]), [pinned(second)], { shown });
  await grant(says([second, lost]), [pinned(lost)], { shown });
  await assert.rejects(grant(says([lost]), [pinned(first)], { shown }), { name: "Unproven", reason: "unsigned" });
  const again = await generation(4, "reset");
  const text = says([lost, again]);
  const { detail } = await refused(text, [pinned(again)]);
  const before = [...shown, lost[0].fingerprint];
  await assert.rejects(grant(text, [pinned(again)], { shown: before, trusted: detail.mark }), { name: "OtherKeys" });
});

test("a key that the page does not show is granted nothing", async () => {
  await assert.rejects(grant(says([first]), [pinned(first)], { shown: [second[0].fingerprint] }), { name: "OtherKeys" });
});

test("an own key is granted once the account key vouches for it", async () => {
  const [own, key] = await ownKey(first[1]);
  await grant(says([first], { own: [own] }), [pinned(first), key]);
});

for (const [lie, tell] of [
  ["an own key that nothing signs", async () => [(await ownKey(first[1]))[1], []]],
  ["another label", async () => relabelled(await ownKey(first[1]))],
  ["a signature of another own key", async () => swapped(await ownKey(first[1]), await ownKey(first[1]))],
  ["a signature by a stranger", async () => named(await ownKey(first[1], { by: (await generation(1, "new"))[1] }))],
  ["a signature by somebody else's key", async () => {
    const zoe = await AccountKey.load(random(32), { user: ALICE, generation: 1 });
    return named(await ownKey(zoe));
  }],
]) {
  test(`${lie} stops a grant`, async () => {
    const [key, own] = await tell();
    await assert.rejects(grant(says([first], { own }), [pinned(first), key]), { name: "Unproven", reason: "unsigned" });
  });
}
const named = ([own, key]) => [key, [own]];
const relabelled = ([own, key]) => [key, [{ ...own, label: "Other" }]];
const swapped = ([own, key], [other]) => [key, [{ ...own, signature: other.signature }]];

test("an own key that only an older generation signed stops a grant", async () => {
  const [own, key] = await ownKey(first[1]);
  for (const number of [1, 2]) {
    const text = says([first, second], { own: [{ ...own, generation: number }] });
    await assert.rejects(grant(text, [pinned(second), key]), { reason: "unsigned" });
  }
});

test("somebody who has no account key is granted the own key that the page shows", async () => {
  const [, key] = await ownKey(first[1]);
  assert.equal((await grant(says([]), [key])).length, 1);
  await learn(says([first]));
  await assert.rejects(grant(says([]), [key]), { reason: "older" });
});

/** Alice has an account key, too, and with it something to compare. */
async function hasKey() {
  const server = new AccountServer(ALICE);
  await useAccount(ALICE, server.text());
  await server.replace((await prepareAccount(ALICE, { name: "Laptop" })).request);
  await useAccount(ALICE, server.text(server.devices[0].fingerprint));
  const [{ fingerprint, signing_key }] = server.chain;
  return { user: ALICE, fingerprint: fromHex(fingerprint), signingKey: fromBase64(signing_key) };
}

const partyOf = ([link]) => ({ user: BOB, fingerprint: fromHex(link.fingerprint), signingKey: fromBase64(link.signing_key) });
const note = (text, isSame) => comparing.noteCompared(ALICE, BOB, text, { isSame });

test("both compare the same number, and another one when somebody stands between them", async () => {
  const mine = await hasKey();
  const { digits, reason } = await comparing.compare(ALICE, BOB, says([first]));
  assert.deepEqual([digits, reason], [await safetyNumber(new Party(partyOf(first)), new Party(mine)), null]);
  const lie = await comparing.compare(ALICE, BOB, says([await underTheSameFingerprint(first)]));
  assert.notEqual(lie.digits, digits);
});

test("there is nothing to compare without a key on both sides, and with none that holds together", async () => {
  await assert.rejects(comparing.compare(ALICE, BOB, says([first])), { name: "NoAccountKey" });
  await hasKey();
  await assert.rejects(comparing.compare(ALICE, BOB, says([])), { name: "NothingToCompare" });
  await assert.rejects(comparing.compare(ALICE, BOB, says([first, lost])), { name: "Unproven", reason: "broken" });
});

test("whoever found that the numbers differ grants nothing until they are the same, whatever key comes", async () => {
  await hasKey();
  await note(says([first]), false);
  assert.equal((await refused(says([first]))).reason, "differs");
  assert.equal((await refused(says([first, second]))).reason, "differs");
  assert.equal((await refused(says([first]))).detail.mark ?? null, null);
  await note(says([first]), true);
  await grant(says([first]), [pinned(first)]);
});

test("a comparison takes a key that nothing led to, and then grants it", async () => {
  await hasKey();
  await learn(says([first]));
  const text = says([first, reset]);
  assert.equal((await comparing.compare(ALICE, BOB, text)).reason, "reset");
  await assert.rejects(grant(text, [pinned(reset)]), { reason: "reset" });
  await note(text, true);
  await grant(text, [pinned(reset)]);
});

/** When Bob's key was compared, why no longer, and what was found, as this browser remembers it. */
async function remembered() {
  const { compared, fell, found, firstSeen } = await get(ALICE, "people", BOB);
  assert.match(firstSeen, /^20/);
  return [compared !== null, fell?.cause ?? null, found?.reason ?? null];
}

test("what was compared stays so along routine links, and falls with a lost device", async () => {
  await learn(says([first]));
  assert.deepEqual(await remembered(), [false, null, null]);
  await note(says([first]), true);
  await learn(says([first, second]));
  assert.deepEqual(await remembered(), [true, null, null]);
  await learn(says([first, second, lost]));
  assert.deepEqual(await remembered(), [false, "lost-device", null]);
  await note(says([lost]), true);
  assert.deepEqual(await remembered(), [true, null, null]);
});

test("what was compared falls with a reset that somebody takes, and until then the finding stands beside it", async () => {
  await note(says([first]), true);
  const text = says([first, reset]);
  const { detail } = await refused(text);
  assert.deepEqual(await remembered(), [true, null, "reset"]);
  await learn(text, detail.mark);
  assert.deepEqual(await remembered(), [false, "reset", null]);
});
