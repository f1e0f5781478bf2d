// Each language opens what the other one made; test_made.py runs the same files.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBase64, toHex, utf8 } from "../../../static/js/crypto/bytes.js";
import * as contexts from "../../../static/js/crypto/contexts.js";
import { checkAuthor } from "../../../static/js/crypto/authors.js";
import { readLink } from "../../../static/js/crypto/chains.js";
import { decodeDocument, encodeDocument } from "../../../static/js/crypto/documents.js";
import { openEnvelope, readEnvelope } from "../../../static/js/crypto/envelopes.js";
import { decodeFrame } from "../../../static/js/crypto/frames.js";
import { unpad } from "../../../static/js/crypto/padding.js";
import { readPublicKey } from "../../../static/js/crypto/public_keys.js";
import { exportPrivateKey, loadPrivateKey, publicKeyOf } from "../../../static/js/crypto/wrapping.js";
import { load } from "./vectors.js";

for (const file of ["python-made", "js-made"]) {
  const made = load(file);

  test(`every reader opens every envelope of ${file}`, async () => {
    for (const { document: text, envelope } of made.envelopes) {
      const read = readEnvelope(envelope);
      for (const pem of Object.values(made.private_keys)) {
        const { document, frame } = await openEnvelope(read, await loadPrivateKey(pem));
        assert.deepEqual(frame.document, utf8(text));
        assert.deepEqual(encodeDocument(document), frame.document);
        await checkAuthor(frame, { ...read, chain: read.authorKeys.map(readLink) });
      }
    }
  });

  test(`the sealing key opens every draft of ${file}`, async () => {
    const sealingKey = await loadPrivateKey(made.private_keys.alice);
    for (const { document, place, draft } of made.drafts) {
      const padded = await sealingKey.decrypt(fromBase64(draft), { context: contexts.draft(place) });
      const frame = decodeFrame(unpad(padded));
      assert.deepEqual(encodeDocument(decodeDocument(frame.document)), utf8(document));
      assert.equal(frame.isSigned, true);
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
