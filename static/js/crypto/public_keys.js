// Public keys as people upload them (PEM SubjectPublicKeyInfo), and loaded to encrypt to.
import { startsWith } from "./bytes.js";
import { UnacceptableKey } from "./errors.js";
import { decodePem, encodePem, plainPem } from "./pem.js";
import * as xWing from "./x_wing.js";

/** A public key: its algorithm and its canonical DER SubjectPublicKeyInfo. */
export class PublicKey {
  constructor(algorithm, der) {
    this.algorithm = algorithm;
    this.der = der;
    Object.freeze(this);
  }

  /** A promise, since WebCrypto hashes in its own time. */
  get fingerprint() {
    return fingerprint(this.der);
  }

  get pem() {
    return encodePem("PUBLIC KEY", this.der);
  }
}

/** SHA-256 of a DER SubjectPublicKeyInfo. */
export async function fingerprint(spki) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", spki));
}

/** The key in one PEM block, checked through and through; UnacceptableKey says which rule it breaks. */
export async function readPublicKey(pem) {
  const spki = readPem(pem);
  // Whoever opens a post needs neither this nor RSA, and a first visit loads little.
  const { checkSpki } = await import("./spki.js");
  const algorithm = checkSpki(spki);
  // Points of low order and broken moduli load without complaint and fail only at the first encryption.
  const recipient = await loadPublicKey(algorithm, spki);
  await recipient.encrypt(new Uint8Array(32), { context: new Uint8Array(0) });
  return new PublicKey(algorithm, spki);
}

/** A key that `readPublicKey` accepted before, ready to encrypt to; does no more than it must. */
export async function loadPublicKey(algorithm, spki) {
  if (algorithm === xWing.ALGORITHM && startsWith(spki, xWing.SPKI_PREFIX)) {
    return xWing.XWingRecipient.load(spki.subarray(xWing.SPKI_PREFIX.length));
  }
  const rsaOaep = await import("./rsa_oaep.js");
  if (algorithm === rsaOaep.ALGORITHM) {
    return rsaOaep.RsaRecipient.load(spki);
  }
  throw new UnacceptableKey("broken");
}

function readPem(source) {
  const pem = plainPem(source);
  const lower = pem.toLowerCase();
  // First of all: a person who pastes a private key by mistake must be told exactly that.
  if (["private key", "age-secret-key", "putty-user-key"].some((mark) => lower.includes(mark))) {
    throw new UnacceptableKey("private-key");
  }
  const start = lower.replace(/^[ \t\r\n]+/, "");
  if (start === "") {
    throw new UnacceptableKey("empty");
  }
  if (["ssh-", "ecdsa-sha2-", "sk-", "---- begin ssh2"].some((mark) => start.startsWith(mark))) {
    throw new UnacceptableKey("ssh-key");
  }
  const [label, spki] = decodePem(pem);
  if (label !== "PUBLIC KEY") {
    throw new UnacceptableKey("other-label");
  }
  return spki;
}
