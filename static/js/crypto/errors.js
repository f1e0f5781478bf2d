// What can go wrong, named after what happened. No sentences: an element takes its words from the page.

class CryptoError extends Error {
  constructor(message = "", options = undefined) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The wrapped key is not for this private key and place, or the content commits to another key. */
export class WrongKey extends CryptoError {}

/** The ciphertext does not open here; nothing tells tampering from accident. */
export class CannotOpen extends CryptoError {}

/** A signature is not of this message under this key. */
export class WrongSignature extends CryptoError {}

/** The chain of a person's account keys does not hold at the link of this generation. */
export class BrokenChain extends CryptoError {
  constructor(generation) {
    super(String(generation));
    this.generation = generation;
  }
}

/** What was typed is no code. `reason` is `letters`, `length` or `checksum`. */
export class InvalidCode extends CryptoError {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** The bytes are not a document. `member` names the member at fault, or is 'document' for the whole. */
export class InvalidDocument extends CryptoError {
  constructor(member) {
    super(member);
    this.member = member;
  }
}

/** A key that is refused. `rule` says why, as in secureblogs/crypto/refusals.py. */
export class UnacceptableKey extends CryptoError {
  constructor(rule) {
    super(rule);
    this.rule = rule;
  }
}
