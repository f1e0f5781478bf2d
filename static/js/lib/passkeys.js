// Passkeys, as Web Authentication has them: the site's options are JSON, and so is what it is sent.

// This browser can't do what the site asks of it.
class NoPasskeys extends Error {
  name = "NoPasskeys";
}

/** What the site needs of a new passkey; one that `isAlone` is kept so that it logs in without an address. */
export async function makePasskey({ publicKey }, { isAlone }) {
  const alone = { residentKey: "required", requireResidentKey: true, userVerification: "required" };
  const authenticatorSelection = { ...publicKey.authenticatorSelection, ...(isAlone && alone) };
  const options = read("parseCreationOptionsFromJSON", { ...publicKey, authenticatorSelection });
  const credential = await navigator.credentials.create({ publicKey: options });
  return credential.toJSON();
}

/** The proof that this person has one of the passkeys that the options allow. */
export async function usePasskey({ publicKey }) {
  const options = read("parseRequestOptionsFromJSON", publicKey);
  const credential = await navigator.credentials.get({ publicKey: options });
  return credential.toJSON();
}

function read(reader, options) {
  if (typeof globalThis.PublicKeyCredential?.[reader] !== "function") {
    throw new NoPasskeys();
  }
  return PublicKeyCredential[reader](options);
}
