// What is sealed of a text: its document, after its author's signature and the account key that made it. The signature
// stands inside the ciphertext: outside it would confirm guesses of short texts.
import { concat } from "./bytes.js";
import { verify } from "./ed25519.js";
import { InvalidDocument } from "./errors.js";

const SIGNATURE_SIZE = 64;
const FINGERPRINT_SIZE = 32;
const MARK = 0x02;
const START = 1 + SIGNATURE_SIZE + FINGERPRINT_SIZE;

/**
 * A document as it was signed. The fingerprint is that of the account key whose signing half signed it; both are zeros
 * where nobody did. `checkFrame` says whether what stands there is a signature.
 */
export class Frame {
  constructor({ document, signature = new Uint8Array(SIGNATURE_SIZE), fingerprint = new Uint8Array(FINGERPRINT_SIZE) }) {
    Object.assign(this, { document, signature, fingerprint });
    Object.freeze(this);
  }

  get isSigned() {
    return [this.signature, this.fingerprint].some((bytes) => bytes.some((byte) => byte !== 0));
  }
}

/** The document, signed: the statement names its place, this account key and this very document. */
export async function signFrame(document, { accountKey, statement }) {
  const { signing, fingerprint } = accountKey;
  return new Frame({ document, signature: await signing.sign(statement), fingerprint });
}

/** WrongSignature unless the holder of the signing key signed this statement; UnacceptableKey for a refused key. */
export async function checkFrame(frame, { statement, signingKey }) {
  await verify(frame.signature, statement, { signingKey });
}

/** 0x02, the signature, the fingerprint, the document. */
export function encodeFrame({ document, signature, fingerprint }) {
  return concat(Uint8Array.of(MARK), signature, fingerprint, document);
}

/** The frame in these bytes, whose signature and document are still to be checked; InvalidDocument. */
export function decodeFrame(data) {
  if (data.length < START || data[0] !== MARK) {
    throw new InvalidDocument("frame");
  }
  const signed = 1 + SIGNATURE_SIZE;
  return new Frame({ document: data.slice(START), signature: data.slice(1, signed), fingerprint: data.slice(signed, START) });
}
