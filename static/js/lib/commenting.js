// Sends comments: the keyring's worker signs and seals them, and only that leaves this browser.
import { withThread } from "./comment_opening.js";
import { postJson } from "./http.js";
import * as keyring from "./keyring.js";

const PROMISED = ["uid", "revision"];

/** Another tab or device put the next revision in the place of a comment. */
class OtherRevision extends Error {
  name = "OtherRevision";
}

/**
 * Writes a comment to the post of a section, or an answer to `parent`. One of the tries with the texts `before` may have arrived:
 * then the comment gets this text as its next revision, unless it has it. False if it is another tab's. Errors as in `edit`.
 */
export async function write(section, { uid, parent, body, before }) {
  const sealed = await seal(section, { comment: uid, revision: 1, parent }, body);
  const { status, body: answer } = await postJson(section.dataset.write, { uid, ...(parent && { parent }), ...sealed }, { promised: PROMISED });
  if (status === 200 && before.some((text) => text !== body)) {
    await edit(section, { uid, parent, body, revision: answer.revision + 1 });
  }
  return status === 201 || before.length > 0;
}

/**
 * Puts the next revision in the place of a comment; OtherRevision, Offline, SessionEnded, SomebodyElse, HttpError, or what keeps it
 * from being sealed. With `sealed`, an object, the same is sent again that it took from an earlier try.
 */
export async function edit(section, { uid, parent, body, revision, sealed = {} }) {
  if (sealed.body !== body || sealed.revision !== revision) {
    const made = await seal(section, { comment: uid, revision, parent }, body);
    Object.assign(sealed, { body, revision, made });
  }
  try {
    await postJson(`/comments/${uid}/edit/`, { revision, ...sealed.made }, { promised: PROMISED });
  } catch (error) {
    throw error.body?.revision === undefined ? error : new OtherRevision("", { cause: error });
  }
}

/** Deletes a comment. One that is gone already is deleted. */
export async function remove(uid) {
  try {
    await postJson(`/comments/${uid}/delete/`, {}, { promised: ["deleted"] });
  } catch (error) {
    if (error.status !== 404) {
      throw error;
    }
  }
}

async function seal(section, { comment, revision, parent }, body) {
  const account = document.body.dataset.user;
  const { post, group } = section.dataset;
  await keyring.loadAccount(account);
  const place = { post, group, comment, revision, parent };
  return withThread({ account, post }, () => keyring.prepare(account, "sealComment", place, body));
}
