// Sealing drafts, in the keyring's worker.
import { toBase64 } from "../crypto/bytes.js";
import * as contexts from "../crypto/contexts.js";
import { encodeDocument } from "../crypto/documents.js";
import { loadPublicKey, readPublicKey } from "../crypto/public_keys.js";
import { sealTo } from "../crypto/wrapping.js";
import { checkMayAct } from "./keyring_sound.js";

/** The document, sealed to the workers' key, in base64; InvalidDocument, UnacceptableKey, KeyProblem or NoKeyHere. */
export async function sealDraft(account, { sealingKeyPem, post, group, author, revision, title, body }) {
  checkMayAct(account);
  const document = encodeDocument({ title, body });
  const { algorithm, der } = await readPublicKey(sealingKeyPem);
  const context = contexts.draft({ post, group, author, revision });
  return toBase64(await sealTo(document, await loadPublicKey(algorithm, der), { context }));
}
