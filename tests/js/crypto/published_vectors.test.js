// The library agrees with published vectors: X-Wing's own, and HPKE's of RFC 9180 and its post-quantum draft.
import assert from "node:assert/strict";
import { createCipheriv, createDecipheriv } from "node:crypto";
import { describe, test } from "node:test";
import { Aes128Gcm, DhkemX25519HkdfSha256 } from "@hpke/core";
import { fromHex, toHex } from "../../../static/js/crypto/bytes.js";
import { loadPrivateKey } from "../../../static/js/crypto/wrapping.js";
import { Aes256Gcm, CipherSuite, HkdfSha256, XWing } from "../../../static/vendor/hpke.js";
import { load } from "./vectors.js";

// The one published case for X-Wing with HKDF-SHA256 uses ChaCha20-Poly1305, which the browser's bundle lacks.
class ChaCha20Poly1305 {
  id = 3;
  keySize = 32;
  nonceSize = 12;
  tagSize = 16;

  createEncryptionContext(key) {
    const options = { authTagLength: 16 };
    return {
      seal: async (nonce, data, aad) => {
        const cipher = createCipheriv("chacha20-poly1305", new Uint8Array(key), new Uint8Array(nonce), options);
        cipher.setAAD(new Uint8Array(aad));
        return Buffer.concat([cipher.update(new Uint8Array(data)), cipher.final(), cipher.getAuthTag()]);
      },
      open: async (nonce, data, aad) => {
        const whole = new Uint8Array(data);
        const decipher = createDecipheriv("chacha20-poly1305", new Uint8Array(key), new Uint8Array(nonce), options);
        decipher.setAAD(new Uint8Array(aad)).setAuthTag(whole.subarray(-16));
        return Uint8Array.from(Buffer.concat([decipher.update(whole.subarray(0, -16)), decipher.final()])).buffer;
      },
    };
  }
}

const KEMS = new Map([[0x20, DhkemX25519HkdfSha256], [0x647a, XWing]]);
const AEADS = new Map([[1, Aes128Gcm], [2, Aes256Gcm], [3, ChaCha20Poly1305]]);
const buffer = (hex) => fromHex(hex).buffer;

describe("X-Wing", () => {
  for (const [at, { seed, randomness, public_key, ciphertext, shared_secret }] of load("x-wing").entries()) {
    test(`case ${at}`, async () => {
      const kem = new XWing();
      const privateKey = await loadPrivateKey(fromHex(seed));
      assert.equal(toHex(privateKey.spki.subarray(24)), public_key);

      const recipientPublicKey = await kem.deserializePublicKey(buffer(public_key));
      const sent = await kem.encap({ recipientPublicKey, ekm: buffer(randomness) });
      assert.equal(toHex(new Uint8Array(sent.enc)), ciphertext);
      assert.equal(toHex(new Uint8Array(sent.sharedSecret)), shared_secret);

      const recipientKey = await kem.deserializePrivateKey(buffer(seed));
      const received = await kem.decap({ recipientKey, enc: buffer(ciphertext) });
      assert.equal(toHex(new Uint8Array(received)), shared_secret);
    });
  }
});

describe("HPKE", () => {
  for (const published of load("hpke")) {
    test(`KEM ${published.kem_id}, AEAD ${published.aead_id}`, async () => {
      const kem = new (KEMS.get(published.kem_id))();
      const suite = new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new (AEADS.get(published.aead_id))() });
      const recipientKey = await kem.deserializePrivateKey(buffer(published.skRm));
      const recipient = { recipientKey, enc: buffer(published.enc), info: buffer(published.info) };
      const plaintext = await suite.open(recipient, buffer(published.ct), buffer(published.aad));
      assert.equal(toHex(new Uint8Array(plaintext)), published.pt);
    });
  }
});
