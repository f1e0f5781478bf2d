// Makes js-made.json anew, for the keys of python-made.json: node tests/vectors/make_vectors.mjs (see README.md).
import { readFile, writeFile } from "node:fs/promises";
import { toBase64, toHex } from "../../static/js/crypto/bytes.js";
import * as contexts from "../../static/js/crypto/contexts.js";
import { Document, encodeDocument } from "../../static/js/crypto/documents.js";
import { loadPublicKey, readPublicKey } from "../../static/js/crypto/public_keys.js";
import { exportPrivateKey, generatePrivateKey, publicKeyOf, sealTo, wrap } from "../../static/js/crypto/wrapping.js";
import { newContentKey, sealContent } from "../js/crypto/sealing.js";

const [group, author] = [crypto.randomUUID(), crypto.randomUUID()];

async function makeEnvelope({ title, body }, publicKeys) {
  const place = { post: crypto.randomUUID(), group, author, revision: 1 };
  const contentKey = newContentKey();
  const keyContext = contexts.contentKey(place);
  const contentContext = contexts.content(place);
  const document = encodeDocument(new Document(title, body));
  const sealed = await sealContent(document, { contentKey, contentContext, keyContext });
  const wrappedKeys = [];
  for (const key of publicKeys) {
    const fingerprint = await key.fingerprint;
    const context = contexts.wrappedKey({ ...place, fingerprint });
    const wrapped = await wrap(contentKey, await loadPublicKey(key.algorithm, key.der), { context });
    wrappedKeys.push({ fingerprint: toHex(fingerprint), algorithm: key.algorithm, wrapped_key: toBase64(wrapped) });
  }
  const [nonce, ciphertext] = [toBase64(sealed.nonce), toBase64(sealed.ciphertext)];
  const content = { nonce, ciphertext, key_commitment: toBase64(sealed.keyCommitment) };
  return { title, body, envelope: { v: 1, ...place, title, ...content, wrapped_keys: wrappedKeys } };
}

async function makeDraft({ title, body }, { algorithm, der }) {
  const place = { post: crypto.randomUUID(), group, author, revision: 1 };
  const context = contexts.draft(place);
  const draft = await sealTo(encodeDocument(new Document(title, body)), await loadPublicKey(algorithm, der), { context });
  return { title, body, place, draft: toBase64(draft) };
}

const folder = new URL(".", import.meta.url);
const python = JSON.parse(await readFile(new URL("python-made.json", folder), "utf8"));
const own = await generatePrivateKey();
const publicKeys = await Promise.all(Object.values(python.public_keys).map(readPublicKey));
const made = {
  private_keys: { ...python.private_keys, dave: exportPrivateKey(own) },
  public_keys: { ...python.public_keys, dave: publicKeyOf(own).pem },
  fingerprints: { ...python.fingerprints, dave: toHex(await publicKeyOf(own).fingerprint) },
  envelopes: [],
  drafts: [],
};
for (const document of python.envelopes) {
  made.envelopes.push(await makeEnvelope(document, [...publicKeys, publicKeyOf(own)]));
  made.drafts.push(await makeDraft(document, publicKeys[0]));
}
await writeFile(new URL("js-made.json", folder), `${JSON.stringify(made, null, 1)}\n`);
