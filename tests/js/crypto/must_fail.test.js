// What must be refused is refused, with the exact error; test_must_fail.py runs the same cases.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fromBase64 } from "../../../static/js/crypto/bytes.js";
import * as contexts from "../../../static/js/crypto/contexts.js";
import { decodeDocument } from "../../../static/js/crypto/documents.js";
import { openEnvelope, readEnvelope } from "../../../static/js/crypto/envelopes.js";
import * as errors from "../../../static/js/crypto/errors.js";
import { readPublicKey } from "../../../static/js/crypto/public_keys.js";
import { loadPrivateKey, openSealed } from "../../../static/js/crypto/wrapping.js";
import { load } from "./vectors.js";

const vectors = load("must-fail");
const readers = new Map();
for (const [name, pem] of Object.entries(vectors.readers)) {
  readers.set(name, await loadPrivateKey(pem));
}
const CONTEXTS = { draft: contexts.draft, "waiting-key": contexts.waitingKey };

async function refusal(attempt) {
  try {
    await attempt();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("an envelope does not open", () => {
  for (const { case: name, reader, envelope, error } of vectors.envelopes) {
    test(name, async () => {
      const refused = await refusal(() => openEnvelope(readEnvelope(JSON.stringify(envelope)), readers.get(reader)));
      assert.equal(refused?.constructor, errors[error]);
      assert.equal(refused.name, error);
    });
  }
});

describe("a draft does not open", () => {
  for (const { case: name, reader, purpose, place, sealed, error } of vectors.sealed) {
    test(name, async () => {
      const context = CONTEXTS[purpose](place);
      const refused = await refusal(() => openSealed(fromBase64(sealed), readers.get(reader), { context }));
      assert.equal(refused?.constructor, errors[error]);
    });
  }
});

describe("a document is refused", () => {
  for (const { case: name, document, member } of vectors.documents) {
    test(name, () => {
      assert.throws(() => decodeDocument(fromBase64(document)), { name: "InvalidDocument", member });
    });
  }
});

describe("a public key is refused", () => {
  for (const { case: name, pem, rule } of vectors.public_keys) {
    test(name, async () => {
      await assert.rejects(() => readPublicKey(pem), { name: "UnacceptableKey", rule });
    });
  }
});

describe("a private key is refused", () => {
  for (const { case: name, pem, rule } of vectors.private_keys) {
    test(name, async () => {
      await assert.rejects(() => loadPrivateKey(pem), { name: "UnacceptableKey", rule });
    });
  }
});
