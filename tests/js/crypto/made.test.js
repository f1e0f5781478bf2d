// Each language opens what the other one made; test_made.py runs the same files.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBase64, toHex } from "../../../static/js/crypto/bytes.js";
import * as contexts from "../../../static/js/crypto/contexts.js";
import { decodeDocument, Document } from "../../../static/js/crypto/documents.js";
import { openEnvelope, readEnvelope } from "../../../static/js/crypto/envelopes.js";
import { readPublicKey } from "../../../static/js/crypto/public_keys.js";
import { exportPrivateKey, loadPrivateKey, publicKeyOf } from "../../../static/js/crypto/wrapping.js";
import { load } from "./vectors.js";

for (const file of ["python-made", "js-made"]) {
  const made = load(file);

  test(`every reader opens every envelope of ${file}`, async () => {
    for (const { title, body, envelope } of made.envelopes) {
      for (const pem of Object.values(made.private_keys)) {
        const document = await openEnvelope(readEnvelope(envelope), await loadPrivateKey(pem));
        assert.deepEqual(document, new Document(title, body));
      }
    }
  });

  test(`the sealing key opens every draft of ${file}`, async () => {
    const sealingKey = await loadPrivateKey(made.private_keys.alice);
    for (const { title, body, place, draft } of made.drafts) {
      const document = await sealingKey.decrypt(fromBase64(draft), { context: contexts.draft(place) });
      assert.deepEqual(decodeDocument(document), new Document(title, body));
    }
  });

  test(`private and public keys of ${file} belong together`, async () => {
    for (const [name, pem] of Object.entries(made.private_keys)) {
      const privateKey = await loadPrivateKey(pem);
      const publicKey = await readPublicKey(made.public_keys[name]);
      assert.deepEqual(publicKeyOf(privateKey), publicKey);
      assert.equal(publicKey.pem, made.public_keys[name]);
      assert.equal(toHex(await publicKey.fingerprint), made.fingerprints[name]);
      if (privateKey.algorithm === "x-wing") {
        assert.equal(exportPrivateKey(privateKey), pem);
      }
    }
  });
}
