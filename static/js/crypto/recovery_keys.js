// The keys of a recovery code: one to hold the account's seed, one to endorse the account.
import { derive } from "./account_keys.js";
import { uuid } from "./bytes.js";
import { SigningKey } from "./ed25519.js";
import { XWingPrivateKey } from "./x_wing.js";

export const SECRET_SIZE = 16;

/** Made of the 16 random bytes on paper, which need no slow derivation. */
export class RecoveryKey {
  constructor(wrapping, signing) {
    Object.assign(this, { wrapping, signing });
    Object.freeze(this);
  }

  static async load(secret, { user }) {
    if (secret.length !== SECRET_SIZE) {
      throw new RangeError("A recovery secret has 16 bytes.");
    }
    const wrapping = await XWingPrivateKey.load(await derive(secret, "recovery-wrapping", uuid(user)));
    return new RecoveryKey(wrapping, await SigningKey.load(await derive(secret, "recovery-signing", uuid(user))));
  }
}
