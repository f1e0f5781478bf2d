// Content keys wrapped for one public key, and whole documents sealed to one: the workers' sealing key.
import { startsWith } from "./bytes.js";
import { CONTENT_KEY_SIZE } from "./contents.js";
import { CannotOpen, UnacceptableKey, WrongKey } from "./errors.js";
import { decodePem, encodePem, plainPem } from "./pem.js";
import { PublicKey } from "./public_keys.js";
import * as xWing from "./x_wing.js";

/** The content key, readable by the recipient alone and only in this context. */
export async function wrap(contentKey, recipient, { context }) {
  if (contentKey.length !== CONTENT_KEY_SIZE) {
    throw new RangeError("A content key has 32 bytes.");
  }
  return recipient.encrypt(contentKey, { context });
}

/** The content key; WrongKey if it was wrapped for another key or context, or if a bit differs. */
export async function unwrap(wrapped, privateKey, { context }) {
  let contentKey;
  try {
    contentKey = await privateKey.decrypt(wrapped, { context });
  } catch (error) {
    throw error instanceof CannotOpen ? new WrongKey() : error;
  }
  if (contentKey.length !== CONTENT_KEY_SIZE) {
    throw new WrongKey();
  }
  return contentKey;
}

/** Any bytes, sealed to a sealing key, which is always X-Wing. */
export async function sealTo(document, recipient, { context }) {
  if (recipient.algorithm !== xWing.ALGORITHM) {
    throw new UnacceptableKey("sealing-kind");
  }
  return recipient.encrypt(document, { context });
}

/** A fresh X-Wing private key. */
export async function generatePrivateKey() {
  return xWing.XWingPrivateKey.load(crypto.getRandomValues(new Uint8Array(xWing.SEED_SIZE)));
}

/** The private key in one PKCS#8 PEM block or a 32-byte X-Wing seed; UnacceptableKey otherwise. */
export async function loadPrivateKey(source) {
  if (source instanceof Uint8Array) {
    return xWing.XWingPrivateKey.load(source);
  }
  const pkcs8 = readPem(source);
  if (startsWith(pkcs8, xWing.PKCS8_PREFIX) && pkcs8.length === xWing.PKCS8_PREFIX.length + xWing.SEED_SIZE) {
    return xWing.XWingPrivateKey.load(pkcs8.subarray(xWing.PKCS8_PREFIX.length));
  }
  const { RsaPrivateKey } = await import("./rsa_oaep.js");
  return RsaPrivateKey.load(pkcs8);
}

/** An X-Wing private key as PKCS#8 PEM, without a passphrase. An RSA key, once loaded, does not come out again. */
export function exportPrivateKey(privateKey) {
  if (privateKey.algorithm !== xWing.ALGORITHM) {
    throw new TypeError("An RSA key is not extractable.");
  }
  return encodePem("PRIVATE KEY", privateKey.pkcs8);
}

/** The public half. */
export function publicKeyOf(privateKey) {
  return new PublicKey(privateKey.algorithm, privateKey.spki);
}

function readPem(source) {
  const text = plainPem(source);
  if (!/[^ \t\r\n]/.test(text)) {
    throw new UnacceptableKey("private-empty");
  }
  let label, pkcs8;
  try {
    [label, pkcs8] = decodePem(text);
  } catch {
    throw new UnacceptableKey("private-label");
  }
  if (label === "ENCRYPTED PRIVATE KEY") {
    throw new UnacceptableKey("private-encrypted");
  }
  if (label !== "PRIVATE KEY") {
    throw new UnacceptableKey("private-label");
  }
  return pkcs8;
}
