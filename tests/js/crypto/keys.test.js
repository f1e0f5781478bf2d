// A person's keys are those of keys.json, and what is to be refused is refused: test_keys.py and test_keys_must_fail.py run
// the same files.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AccountKey, derive, openBox } from "../../../static/js/crypto/account_keys.js";
import * as admissions from "../../../static/js/crypto/admissions.js";
import { fromBase64, fromHex, toBase64, toHex, utf8 } from "../../../static/js/crypto/bytes.js";
import { checkChain, Link, readLink, startsOver } from "../../../static/js/crypto/chains.js";
import * as codes from "../../../static/js/crypto/codes.js";
import { checkSigningKey, SigningKey, verify } from "../../../static/js/crypto/ed25519.js";
import { fingerprint, readPublicKey } from "../../../static/js/crypto/public_keys.js";
import { RecoveryKey } from "../../../static/js/crypto/recovery_keys.js";
import { Party, safetyNumber } from "../../../static/js/crypto/safety_numbers.js";
import * as statements from "../../../static/js/crypto/statements.js";
import { openObject, sealObject } from "../../../static/js/crypto/store_objects.js";
import { XWingPrivateKey } from "../../../static/js/crypto/x_wing.js";
import { load } from "./vectors.js";

const vectors = load("keys");
const mustFail = load("keys-must-fail");
const { user } = vectors;
const TEXTS = ["user", "admission", "post", "group", "author", "kind", "name", "label", "cause"];
const STATEMENTS = {
  "account-key": statements.accountKey,
  keyholders: statements.keyholders,
  recovery: statements.recovery,
  "own-key": statements.ownKey,
  "post-statement": statements.post,
};

/** The members of a vector as the functions take them. */
function place(members) {
  const read = ([name, value]) => [name.replace(/_(.)/g, (_, letter) => letter.toUpperCase()), valueOf(name, value)];
  return Object.fromEntries(Object.entries(members).map(read));
}

function valueOf(name, value) {
  if (Array.isArray(value)) {
    return value.map(place);
  }
  if (typeof value === "object" && value) {
    return place(value);
  }
  return typeof value === "string" && !TEXTS.includes(name) ? fromHex(value) : value;
}

const accountKey = ({ seed, generation }) => AccountKey.load(fromHex(seed), { user, generation });
const loadDevice = (seed) => XWingPrivateKey.load(fromHex(seed));
const named = (each) => place(Object.fromEntries(["user", "generation", "fingerprint", "signing_key"].map((name) => [name, each[name]])));

function cases(title, of, run) {
  describe(title, () => of.forEach((each, at) => test(each.case ?? `case ${at}`, () => run(each))));
}

cases("secrets are derived", vectors.derive, async ({ secret, purpose, parts, hex }) => {
  assert.equal(toHex(await derive(fromHex(secret), purpose, ...parts.map(fromHex))), hex);
});

cases("a seed makes the account keys", vectors.account_keys, async (each) => {
  const key = await accountKey(each);
  assert.deepEqual([toHex(key.fingerprint), toHex(key.signing.public)], [each.fingerprint, each.signing_key]);
});

cases("a recovery code is written, read, and makes its keys", vectors.recovery_keys, async (each) => {
  const secret = fromHex(each.secret);
  assert.equal(await codes.encodeRecovery(secret), each.code);
  for (const typed of [each.code, ...(each.typed ?? [])]) {
    assert.deepEqual(await codes.decodeRecovery(typed), secret);
  }
  const key = await RecoveryKey.load(secret, { user });
  assert.equal(toHex(await fingerprint(key.wrapping.spki)), each.fingerprint ?? toHex(await fingerprint(key.wrapping.spki)));
  assert.equal(toHex(key.signing.public), each.signing_key ?? toHex(key.signing.public));
});

cases("statements are these bytes and their signatures verify", vectors.statements, async (each) => {
  const message = await STATEMENTS[each.purpose](place(each.place));
  assert.equal(toHex(message), each.hex);
  await verify(fromHex(each.signature), message, { signingKey: fromHex(each.signing_key) });
});

cases("chains hold", vectors.chains, async (each) => {
  const links = each.links.map((link) => new Link(place(link)));
  await checkChain(links, { user });
  assert.equal(startsOver(links), each.starts_over);
});

cases("boxes open and can be made again", vectors.boxes, async (each) => {
  const device = await loadDevice(each.recipient_seed);
  const opened = await openBox(fromBase64(each.box), device, named(each));
  const again = await opened.sealFor(device.spki);
  assert.equal(again.length, 1168);
  const other = await openBox(again, device, named(each));
  assert.deepEqual(other.wrapping.pkcs8, (await accountKey(each)).wrapping.pkcs8);
});

cases("public keys of devices are read", vectors.devices, async (each) => {
  assert.deepEqual((await readPublicKey(each.public_key)).der, (await loadDevice(each.seed)).spki);
});

cases("the code of an admission makes both proofs", vectors.admissions, async (each) => {
  const code = fromHex(each.code);
  const where = { user: each.user, admission: each.admission };
  assert.equal(codes.encodeAdmission(code), each.shown);
  [each.shown, ...each.typed].forEach((typed) => assert.deepEqual(codes.decodeAdmission(typed), code));
  const keys = await admissions.admissionKeys(code, where);
  assert.deepEqual(keys.map(toHex), each.keys);
  assert.equal(toHex(await admissions.deviceMac(keys[0], { ...where, ...place(each.device) })), each.device.mac);
  assert.equal(toHex(await admissions.accountMac(keys[1], { ...where, ...place(each.account) })), each.account.mac);
});

cases("store objects open and can be made again", vectors.store_objects, async ({ generation, name, version, data, sealed }) => {
  const where = { accountKey: await accountKey({ ...vectors.account_keys[0], generation }), name, version };
  assert.equal(toBase64(await openObject(fromBase64(sealed), where)), data);
  assert.equal(toBase64(await openObject(await sealObject(fromBase64(data), where), where)), data);
  // Nonce, what was padded, and the tag.
  assert.equal((await sealObject(utf8(""), where)).length, 12 + 1024 + 16);
});

const parties = ({ one, other }) => [one, other].map((each) => new Party(place(each)));

cases("both people see the same safety number", vectors.safety_numbers, async (each) => {
  const [one, other] = parties(each);
  assert.deepEqual([await safetyNumber(one, other), await safetyNumber(other, one)], [each.digits, each.digits]);
});

cases("a safety number is of two people and their keys", mustFail.safety_numbers, async (each) => {
  assert.notEqual(await safetyNumber(...parties(each)), each.digits);
});

test("signatures are those of RFC 8032, section 7.1, test 1", async () => {
  const key = await SigningKey.load(fromHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));
  assert.equal(toHex(key.public), "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  assert.equal(toHex(await key.sign(utf8(""))).slice(0, 16), "e5564300c360ac72");
});

cases("a signing key is refused", mustFail.signing_keys, ({ signing_key }) => {
  assert.throws(() => checkSigningKey(fromHex(signing_key)), { name: "UnacceptableKey", rule: "signing-key" });
});

cases("a signature does not verify", mustFail.signatures, async (each) => {
  const message = await STATEMENTS[each.purpose](place(each.place));
  const signed = verify(fromHex(each.signature), message, { signingKey: fromHex(each.signing_key) });
  await assert.rejects(signed, { name: each.error });
});

cases("a list of keyholders has one order", mustFail.holders, ({ holders }) => {
  const list = { user, generation: 1, listNumber: 1, ...place({ holders }) };
  assert.throws(() => statements.keyholders(list), RangeError);
});

test("a link that lacks a member is none", () => {
  const signed = { signing_key: "", signature: "", signature_before: "" };
  const whole = { generation: 2, fingerprint: "", cause: "routine", before: { fingerprint: "", statement: "" }, ...signed };
  assert.equal(readLink(whole).generation, 2);
  for (const name of ["fingerprint", "before", ...Object.keys(signed)]) {
    assert.throws(() => readLink({ ...whole, [name]: undefined }), TypeError, name);
  }
});

cases("a chain is broken", mustFail.chains, async ({ chain, generation }) => {
  const checked = checkChain(chain.map((link) => new Link(place(link))), { user });
  await assert.rejects(checked, { name: "BrokenChain", generation });
});

cases("a box does not open", mustFail.boxes, async (each) => {
  const opened = openBox(fromBase64(each.box), await loadDevice(each.recipient_seed), named(each));
  await assert.rejects(opened, { name: each.error });
});

cases("a code is refused", mustFail.codes, async ({ kind, text, reason }) => {
  const decode = { recovery: codes.decodeRecovery, admission: codes.decodeAdmission }[kind];
  await assert.rejects(async () => decode(text), { name: "InvalidCode", reason });
});

cases("a proof is another", mustFail.admissions, async (each) => {
  const where = { user: each.user, admission: each.admission };
  const [m1, m2] = await admissions.admissionKeys(fromHex(each.code), where);
  if ((each.only ?? "device") === "device") {
    assert.notEqual(toHex(await admissions.deviceMac(m1, { ...where, ...place(each.device) })), each.device.mac);
  }
  if ((each.only ?? "account") === "account") {
    assert.notEqual(toHex(await admissions.accountMac(m2, { ...where, ...place(each.account) })), each.account.mac);
  }
});

cases("a store object does not open", mustFail.store_objects, async ({ name, version, sealed, ...of }) => {
  const opened = openObject(fromBase64(sealed), { accountKey: await accountKey(of), name, version });
  await assert.rejects(opened, { name: "CannotOpen" });
});
