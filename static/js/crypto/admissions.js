// One typed code lets a new device in: two keys derived from it authenticate both directions by HMAC-SHA256.
import { utf8, uuid } from "./bytes.js";
import { context, number } from "./contexts.js";

export const CODE_SIZE = 10;
export const CODE_SECONDS = 10 * 60; // for which each side counts by its own clock

/** The keys of the new device's offer and of the old device's answer, 32 bytes each, of the code's 10 bytes. */
export async function admissionKeys(code, { user, admission }) {
  if (code.length !== CODE_SIZE) {
    throw new RangeError("The code of an admission has 10 bytes.");
  }
  const key = await crypto.subtle.importKey("raw", code, "HKDF", false, ["deriveBits"]);
  const info = context("admission", uuid(user), uuid(admission));
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info };
  const derived = new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 512));
  return [derived.slice(0, 32), derived.slice(32)];
}

/** What a new device offers: its own fingerprint, and the name that it goes by. */
export async function deviceMac(key, { user, admission, fingerprint, name }) {
  return mac(key, context("admission-device", uuid(user), uuid(admission), fingerprint, utf8(name)));
}

/** What an old device answers: the account's keys, and the list on which the new device stands. */
export async function accountMac(key, { user, admission, generation, fingerprint, signingKey, listNumber, device }) {
  const place = [uuid(user), uuid(admission), number(generation)];
  return mac(key, context("admission-account", ...place, fingerprint, signingKey, number(listNumber), device));
}

async function mac(secret, message) {
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, message));
}
