// Publishing: the text is sealed in the keyring's worker, and only the sealed draft leaves this browser.
import { getJson, HttpError, postJson } from "./http.js";
import * as keyring from "./keyring.js";

const UPLOAD = 180_000; // milliseconds: a sealed draft has up to 8 MB

/** The workers' public sealing key can't be had. */
export class NoSealingKey extends Error {
  name = "NoSealingKey";
}

/**
 * {address, isNew} of the post; Offline, SessionEnded, HttpError, NoSealingKey, InvalidDocument or Unavailable.
 * `isNew` is false where an earlier try with this uid had arrived: then the post has what was sent then.
 */
export async function publish(account, { action, sealingKey, post, group, author, title, body }) {
  // Fetched each time: a page may stay open for longer than a sealing key lives.
  const { public_key: sealingKeyPem } = await getJson(sealingKey).catch(noSealingKey);
  const place = { post, group, author, revision: 1 };
  const draft = await keyring.sealDraft(account, { sealingKeyPem, ...place, title, body });
  const answer = await postJson(action, { uid: post, title, draft }, { timeout: UPLOAD });
  const address = new URL(answer.body?.address ?? answer.location, location.href);
  if (address.origin !== location.origin) {
    throw new HttpError(answer.status);
  }
  return { address: address.href, isNew: answer.status === 201 };
}

function noSealingKey(error) {
  throw error instanceof HttpError ? new NoSealingKey("", { cause: error }) : error;
}
