// Sealing a post's content, which only workers do in the product, in Python. These tests need something to open.
import { CONTENT_KEY_SIZE, derive, SealedContent } from "../../../static/js/crypto/contents.js";
import { pad } from "../../../static/js/crypto/padding.js";

/** 32 random bytes, to be used for one revision of one post. */
export function newContentKey() {
  return crypto.getRandomValues(new Uint8Array(CONTENT_KEY_SIZE));
}

/** The padded document under the content key, bound to both contexts. */
export async function sealContent(document, { contentKey, contentContext, keyContext }) {
  const [encryptionKey, keyCommitment] = await derive(contentKey, keyContext);
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const key = await crypto.subtle.importKey("raw", encryptionKey, "AES-GCM", false, ["encrypt"]);
  const parameters = { name: "AES-GCM", iv: nonce, additionalData: contentContext, tagLength: 128 };
  const ciphertext = await crypto.subtle.encrypt(parameters, key, pad(document));
  return new SealedContent({ nonce, ciphertext: new Uint8Array(ciphertext), keyCommitment });
}
