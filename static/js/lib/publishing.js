// Publishing: the keyring's worker seals the text, and only the sealed draft leaves this browser.
import { getJson, HttpError, Offline, postJson } from "./http.js";
import * as keyring from "./keyring.js";

const UPLOAD = 180_000; // milliseconds: a sealed draft has up to 8 MB

/** The server did not give the workers' public sealing key. */
class NoSealingKey extends Error {
  name = "NoSealingKey";
}

/**
 * {address, isNew} of the post; Offline, SessionEnded, SomebodyElse, HttpError, NoSealingKey, InvalidDocument or
 * Unavailable. `isNew` is false if an earlier try with this uid had arrived: then the post has the text of that try.
 */
export async function publish(account, { action, sealingKey, post, group, author, title, body }) {
  // A page may stay open for longer than a sealing key lives, so each try fetches it.
  const { public_key: sealingKeyPem } = await getJson(sealingKey, { promised: ["public_key"] }).catch(noSealingKey);
  const place = { post, group, author, revision: 1 };
  const draft = await keyring.sealDraft(account, { sealingKeyPem, ...place, title, body });
  const promised = ["uid", "address"];
  const answer = await postJson(action, { uid: post, author, title, draft }, { promised, timeout: UPLOAD });
  const address = new URL(answer.body.address, location.href);
  // A proxy that answers 201 has stored nothing, and does not know the uid.
  if (answer.body.uid !== post || address.origin !== location.origin) {
    throw new Offline();
  }
  return { address: address.href, isNew: answer.status === 201 };
}

function noSealingKey(error) {
  throw error instanceof HttpError ? new NoSealingKey("", { cause: error }) : error;
}
