// Sealing drafts, in the keyring's worker: what an author wrote, signed by their account key.
import { readFiles } from "../crypto/attached_files.js";
import { toBase64, toHex } from "../crypto/bytes.js";
import * as contexts from "../crypto/contexts.js";
import { Document, encodeDocument, THREAD_SIZE } from "../crypto/documents.js";
import { encodeFrame, Frame, signFrame } from "../crypto/frames.js";
import { pad } from "../crypto/padding.js";
import { loadPublicKey, readPublicKey } from "../crypto/public_keys.js";
import * as statements from "../crypto/statements.js";
import { sealTo } from "../crypto/wrapping.js";
import { inMemory } from "./keyring_account.js";
import { checkMayAct } from "./keyring_sound.js";

/**
 * {draft, accountKey}: the signed document, sealed to the workers' key, in base64, and the fingerprint of the account key
 * that signed it, or null for who has none. InvalidDocument, UnacceptableKey, KeyProblem or NoKeyHere. What was `written`
 * is {title, body, tags, files, thread}: all but the first two may be left out, files are as JSON has them, and the thread
 * is drawn with the first revision.
 */
export async function sealDraft(account, { sealingKeyPem, post, group, author, revision, ...written }) {
  checkMayAct(account);
  const place = { post, group, author, revision };
  const { thread = crypto.getRandomValues(new Uint8Array(THREAD_SIZE)) } = written;
  const files = readFiles(written.files ?? []);
  const document = encodeDocument(new Document({ ...written, files, thread, time: now() }));
  const accountKey = inMemory(account).key ?? null;
  const frame = accountKey ? await sign(document, accountKey, place) : new Frame({ document });
  const { algorithm, der } = await readPublicKey(sealingKeyPem);
  const sealed = sealTo(pad(encodeFrame(frame)), await loadPublicKey(algorithm, der), { context: contexts.draft(place) });
  return { draft: toBase64(await sealed), accountKey: accountKey && toHex(accountKey.fingerprint) };
}

async function sign(document, accountKey, place) {
  const { fingerprint } = accountKey;
  return signFrame(document, { accountKey, statement: await statements.post({ ...place, fingerprint, document }) });
}

// To the second, in UTC.
function now() {
  return new Date().toISOString().replace(/\.\d+/, "");
}
