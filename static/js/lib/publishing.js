// Publishing: the keyring's worker seals the text, and only the sealed draft leaves this browser.
import { errorsOf, getJson, HttpError, Offline, postJson } from "./http.js";
import * as keyring from "./keyring.js";
import { say, sayNothing } from "./messages.js";

const HERE = { NoSealingKey: "no-sealing-key", NoKeyHere: "key-elsewhere", KeyProblem: "key-problem", FilesMissing: "files-missing" };
const FAILURES = { ...HERE, Offline: "offline", SessionEnded: "session-ended", SomebodyElse: "somebody-else" };
const UPLOAD = 180_000; // milliseconds: a sealed draft has up to 8 MB

/** The server did not give the workers' public sealing key. */
class NoSealingKey extends Error {
  name = "NoSealingKey";
}

/**
 * Publishes a post, or a later `revision` of it: {address, isNew} of the post; Offline, SessionEnded, SomebodyElse, HttpError, NoSealingKey, InvalidDocument or
 * Unavailable. `isNew` is false if an earlier try with this uid had arrived: then the post has the text of that try. With
 * `sealed`, an object, the same draft is sent again that it took from an earlier try.
 */
export async function publish(account, request) {
  try {
    return await send(account, request);
  } catch (error) {
    if (!errorsOf(error).fields.account_key) {
      throw error;
    }
    // Another device replaced the person's key since this page loaded it.
    await keyring.reloadAccount(account);
    return send(account, { ...request, sealed: {} });
  }
}

/**
 * Says in an element why its text was not sent, at its `fields`, if it has any, where one is at fault. Messages: offline, failed,
 * refused {reason}, session-ended, somebody-else, no-sealing-key, key-elsewhere, key-problem, files-missing.
 */
export function sayFailure(element, fields, error) {
  const { fields: refused, first } = errorsOf(error);
  const words = FAILURES[error.name];
  if (fields && refused.title) {
    fields.setError("title", refused.title);
    fields.focus("title");
    sayNothing(element);
  } else if (first && !words) {
    say(element, "refused", { reason: first });
  } else {
    say(element, words ?? "failed");
  }
}

async function send(account, { action, sealingKey, post, group, author, revision = 1, sealed = {}, ...written }) {
  // A page may stay open for longer than a sealing key lives, so each try fetches it.
  const { public_key: sealingKeyPem } = await getJson(sealingKey, { promised: ["public_key"] }).catch(noSealingKey);
  const place = { post, group, author, revision };
  sealed.draft ??= await keyring.sealDraft(account, { sealingKeyPem, ...place, ...written });
  const { draft, accountKey } = sealed.draft;
  const promised = ["uid", "address"];
  const sent = { uid: post, revision, author, title: written.title, draft, account_key: accountKey ?? "", files: uidsOf(written.files) };
  const answer = await postJson(action, sent, { promised, timeout: UPLOAD });
  const address = new URL(answer.body.address, location.href);
  // A proxy that answers 201 has stored nothing, and does not know the uid.
  if (answer.body.uid !== post || address.origin !== location.origin) {
    throw new Offline();
  }
  return { address: address.href, isNew: answer.status === 201 };
}

// Those of small pictures, too.
function uidsOf(files) {
  return files.flatMap(({ uid, thumbnail }) => (thumbnail ? [uid, thumbnail.uid] : [uid]));
}

function noSealingKey(error) {
  throw error instanceof HttpError ? new NoSealingKey("", { cause: error }) : error;
}
