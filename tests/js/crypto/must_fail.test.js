// Every case of must-fail.json fails with the exact error. test_must_fail.py runs the same cases, and those of sealed
// drafts, which no browser opens.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkAuthor } from "../../../static/js/crypto/authors.js";
import { fromBase64 } from "../../../static/js/crypto/bytes.js";
import { readLink } from "../../../static/js/crypto/chains.js";
import { decodeDocument } from "../../../static/js/crypto/documents.js";
import { openEnvelope, readEnvelope } from "../../../static/js/crypto/envelopes.js";
import * as errors from "../../../static/js/crypto/errors.js";
import { decodeFrame } from "../../../static/js/crypto/frames.js";
import { readPublicKey } from "../../../static/js/crypto/public_keys.js";
import { loadPrivateKey } from "../../../static/js/crypto/wrapping.js";
import { load } from "./vectors.js";

const vectors = load("must-fail");
const readers = new Map();
for (const [name, pem] of Object.entries(vectors.readers)) {
  readers.set(name, await loadPrivateKey(pem));
}

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
      const refused = await refusal(() => openEnvelope(readEnvelope(envelope), readers.get(reader)));
      assert.equal(refused?.constructor, errors[error]);
      assert.equal(refused.name, error);
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

describe("bytes are no frame", () => {
  for (const { case: name, frame } of vectors.frames) {
    test(name, () => {
      assert.throws(() => decodeFrame(fromBase64(frame)), { name: "InvalidDocument", member: "frame" });
    });
  }
});

describe("a document is not by whom its place names", () => {
  for (const { case: name, frame, place, author_keys: links, error } of vectors.authors) {
    test(name, async () => {
      const checked = () => checkAuthor(decodeFrame(fromBase64(frame)), { ...place, chain: links.map(readLink) });
      assert.equal((await refusal(checked))?.name ?? null, error);
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
