// Makes js-made.json anew, for the keys of python-made.json: node tests/vectors/make_vectors.mjs (see README.md).
import { readFile, writeFile } from "node:fs/promises";
import { AccountKey } from "../../static/js/crypto/account_keys.js";
import { toBase64, toHex, utf8 } from "../../static/js/crypto/bytes.js";
import { sealContent } from "../../static/js/crypto/contents.js";
import * as contexts from "../../static/js/crypto/contexts.js";
import { decodeDocument, encodeDocument } from "../../static/js/crypto/documents.js";
import { encodeFrame, signFrame } from "../../static/js/crypto/frames.js";
import { pad } from "../../static/js/crypto/padding.js";
import { loadPublicKey, readPublicKey } from "../../static/js/crypto/public_keys.js";
import * as statements from "../../static/js/crypto/statements.js";
import { exportPrivateKey, generatePrivateKey, publicKeyOf, sealTo, wrap } from "../../static/js/crypto/wrapping.js";
import { newContentKey } from "../js/crypto/sealing.js";

const [group, author] = [crypto.randomUUID(), crypto.randomUUID()];
const accountKey = await AccountKey.load(crypto.getRandomValues(new Uint8Array(32)), { user: author, generation: 1 });

// What Python wrote, read and written again here, and signed.
async function signed(document, place) {
  const encoded = encodeDocument(decodeDocument(utf8(document)));
  const statement = await statements.post({ ...place, fingerprint: accountKey.fingerprint, document: encoded });
  return encodeFrame(await signFrame(encoded, { accountKey, statement }));
}

async function authorLink() {
  const { generation, fingerprint, signing } = accountKey;
  const link = { user: author, generation, fingerprint, signingKey: signing.public, cause: "new", before: null };
  const signature = toBase64(await signing.sign(statements.accountKey(link)));
  const keys = { fingerprint: toHex(fingerprint), signing_key: toBase64(signing.public) };
  return { generation, ...keys, cause: "new", before: null, signature, signature_before: null };
}

async function makeEnvelope({ document }, publicKeys) {
  const place = { post: crypto.randomUUID(), group, author, revision: 1 };
  const contentKey = newContentKey();
  const keyContext = contexts.contentKey(place);
  const contentContext = contexts.content(place);
  const sealed = await sealContent(await signed(document, place), { contentKey, contentContext, keyContext });
  const wrappedKeys = [];
  for (const key of publicKeys) {
    const fingerprint = await key.fingerprint;
    const context = contexts.wrappedKey({ ...place, fingerprint });
    const wrapped = await wrap(contentKey, await loadPublicKey(key.algorithm, key.der), { context });
    wrappedKeys.push({ fingerprint: toHex(fingerprint), algorithm: key.algorithm, wrapped_key: toBase64(wrapped) });
  }
  const [nonce, ciphertext] = [toBase64(sealed.nonce), toBase64(sealed.ciphertext)];
  const content = { nonce, ciphertext, key_commitment: toBase64(sealed.keyCommitment) };
  const { title } = JSON.parse(document);
  const keys = { wrapped_keys: wrappedKeys, author_keys: [await authorLink()] };
  return { document, envelope: { v: 2, ...place, title, ...content, ...keys } };
}

async function makeDraft({ document }, { algorithm, der }) {
  const place = { post: crypto.randomUUID(), group, author, revision: 1 };
  const context = contexts.draft(place);
  const draft = await sealTo(pad(await signed(document, place)), await loadPublicKey(algorithm, der), { context });
  return { document, place, draft: toBase64(draft) };
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
