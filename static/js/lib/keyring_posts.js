// Opening posts. Runs in the keyring's worker: content keys never leave it.
import { toHex } from "../crypto/bytes.js";
import { openEnvelope as openWith, readEnvelope } from "../crypto/envelopes.js";
import { WrongKey } from "../crypto/errors.js";
import { fingerprint } from "../crypto/public_keys.js";
import { privateKeys } from "./keyring_keys.js";

/** {title, body, fingerprint} of the members of `envelope.json`; NoKeyHere, WrongKey or CannotOpen. */
export async function openEnvelope(account, members) {
  const envelope = readEnvelope(members);
  return withOwnKeys(account, envelope, async (key) => {
    const { title, body } = await openWith(envelope, key);
    return { title, body, fingerprint: toHex(await fingerprint(key.spki)) };
  });
}

/** What `use` makes of the private key that opens an envelope; WrongKey if none does. The first that fits is enough. */
export async function withOwnKeys(account, envelope, use) {
  const keys = await privateKeys(account, envelope.wrappedKeys.map((entry) => toHex(entry.fingerprint)));
  for (const key of keys) {
    try {
      return await use(key);
    } catch (error) {
      if (!(error instanceof WrongKey)) {
        throw error;
      }
    }
  }
  throw new WrongKey();
}
