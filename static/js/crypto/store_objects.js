// What a person keeps for their own browsers on the server: AES-256-GCM under a key of the object's name.
import { concat, utf8, uuid } from "./bytes.js";
import { context, number } from "./contexts.js";
import { CannotOpen } from "./errors.js";
import { pad, unpad } from "./padding.js";

const NONCE_SIZE = 12;

/** 12 bytes of nonce, then the padded bytes encrypted, bound to person, generation, name and version. */
export async function sealObject(data, { accountKey, name, version }) {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_SIZE));
  const key = await cipher(accountKey, name, "encrypt");
  const parameters = { name: "AES-GCM", iv: nonce, additionalData: place(accountKey, name, version), tagLength: 128 };
  return concat(nonce, new Uint8Array(await crypto.subtle.encrypt(parameters, key, pad(data))));
}

/** What `sealObject` sealed in this very place; CannotOpen otherwise. */
export async function openObject(sealed, { accountKey, name, version }) {
  const key = await cipher(accountKey, name, "decrypt");
  const additionalData = place(accountKey, name, version);
  const parameters = { name: "AES-GCM", iv: sealed.slice(0, NONCE_SIZE), additionalData, tagLength: 128 };
  let padded;
  try {
    padded = await crypto.subtle.decrypt(parameters, key, sealed.slice(NONCE_SIZE));
  } catch {
    throw new CannotOpen();
  }
  return unpad(new Uint8Array(padded));
}

async function cipher(accountKey, name, use) {
  return crypto.subtle.importKey("raw", await accountKey.derive("store-object-key", utf8(name)), "AES-GCM", false, [use]);
}

function place({ user, generation }, name, version) {
  return context("store-object", uuid(user), number(generation), utf8(name), number(version));
}
