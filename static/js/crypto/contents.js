// A post's or a comment's content under its key: HKDF-SHA256 (RFC 5869), AES-256-GCM, and a commitment to the key.
import { equal } from "./bytes.js";
import { CannotOpen, WrongKey } from "./errors.js";
import { pad, unpad } from "./padding.js";

export const CONTENT_KEY_SIZE = 32;
const NONCE_SIZE = 12;

/** What is stored of a post or a comment: 12 bytes of nonce, ciphertext with its tag, 32 bytes of key commitment. */
export class SealedContent {
  constructor({ nonce, ciphertext, keyCommitment }) {
    this.nonce = nonce;
    this.ciphertext = ciphertext;
    this.keyCommitment = keyCommitment;
    Object.freeze(this);
  }
}

/** The padded document under the content key, bound to both contexts. */
export async function sealContent(document, { contentKey, contentContext, keyContext }) {
  const [encryptionKey, keyCommitment] = await derive(contentKey, keyContext);
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_SIZE));
  const key = await crypto.subtle.importKey("raw", encryptionKey, "AES-GCM", false, ["encrypt"]);
  const parameters = { name: "AES-GCM", iv: nonce, additionalData: contentContext, tagLength: 128 };
  const ciphertext = await crypto.subtle.encrypt(parameters, key, pad(document));
  return new SealedContent({ nonce, ciphertext: new Uint8Array(ciphertext), keyCommitment });
}

/** The document that `sealContent`, or a worker, sealed; WrongKey if the key differs, CannotOpen for all else. */
export async function openContent(sealed, { contentKey, contentContext, keyContext }) {
  const encryptionKey = await check(sealed.keyCommitment, contentKey, keyContext);
  if (sealed.nonce.length !== NONCE_SIZE) {
    throw new CannotOpen();
  }
  const key = await crypto.subtle.importKey("raw", encryptionKey, "AES-GCM", false, ["decrypt"]);
  let padded;
  try {
    const parameters = { name: "AES-GCM", iv: sealed.nonce, additionalData: contentContext, tagLength: 128 };
    padded = await crypto.subtle.decrypt(parameters, key, sealed.ciphertext);
  } catch {
    throw new CannotOpen();
  }
  return unpad(new Uint8Array(padded));
}

/** WrongKey unless the content with this commitment was sealed with this content key. */
export async function checkCommitment(keyCommitment, { contentKey, keyContext }) {
  await check(keyCommitment, contentKey, keyContext);
}

async function check(keyCommitment, contentKey, keyContext) {
  if (contentKey.length !== CONTENT_KEY_SIZE) {
    throw new WrongKey();
  }
  const [encryptionKey, expected] = await derive(contentKey, keyContext);
  // AES-GCM does not commit to its key: one ciphertext can open to two texts under two keys. Without this check an
  // author could show two members different posts.
  if (!equal(expected, keyCommitment)) {
    throw new WrongKey();
  }
  return encryptionKey;
}

// The encryption key and the commitment that belong to a content key in its place, 32 bytes each.
async function derive(contentKey, keyContext) {
  const key = await crypto.subtle.importKey("raw", contentKey, "HKDF", false, ["deriveBits"]);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: keyContext };
  const derived = new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 512));
  return [derived.slice(0, 32), derived.slice(32)];
}
