// An engine that takes no private key as PKCS#8 whose first byte is zero, as WebKitGTK 2.50: everything is made all the same.
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { fromHex, toHex } from "../../../static/js/crypto/bytes.js";
import { SigningKey, verify } from "../../../static/js/crypto/ed25519.js";
import { XWing } from "../../../static/vendor/hpke.js";

const PREFIX_SIZE = 16;
const { importKey } = crypto.subtle;
// The public halves have both signs.
const SEEDS = Array.from({ length: 8 }, (_, at) => Uint8Array.of(0, ...new Uint8Array(31).fill(at)));
let refused = 0;

function refuseZero(format, data, ...rest) {
  if (format === "pkcs8" && data[PREFIX_SIZE] === 0) {
    refused += 1;
    return Promise.reject(new DOMException("Data provided to an operation does not meet requirements", "DataError"));
  }
  return importKey.call(this, format, data, ...rest);
}

beforeEach(() => {
  mock.restoreAll();
  refused = 0;
});

test("a signing key whose seed begins with a zero is the same", async () => {
  const wanted = await Promise.all(SEEDS.map((seed) => SigningKey.load(seed)));
  assert.deepEqual(new Set(wanted.map((key) => key.public[31] >> 7)), new Set([0, 1]));
  mock.method(crypto.subtle, "importKey", refuseZero);
  for (const [at, seed] of SEEDS.entries()) {
    const key = await SigningKey.load(seed);
    assert.equal(toHex(key.public), toHex(wanted[at].public));
    await verify(await key.sign(seed), seed, { signingKey: wanted[at].public });
  }
  assert.equal(refused, SEEDS.length);
});

test("a scalar that begins with a zero wraps the same", async () => {
  const kem = new XWing();
  const { publicKey } = await kem.generateKeyPairDerand(fromHex("11".repeat(32)));
  const sent = { recipientPublicKey: publicKey, ekm: fromHex("22".repeat(32) + "00".repeat(32)) };
  const wanted = await kem.encap(sent);
  mock.method(crypto.subtle, "importKey", refuseZero);
  const { enc, sharedSecret } = await kem.encap(sent);
  assert.deepEqual([enc, sharedSecret], [wanted.enc, wanted.sharedSecret]);
  assert.equal(refused, 0);
});
