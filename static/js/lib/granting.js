// Granting a read request: the author's browser unwraps the post's key and wraps it for the asker's public keys.
import { shareOnce } from "./compared.js";
import { dayOf } from "./days.js";
import { getJson, postJson } from "./http.js";
import * as keyring from "./keyring.js";
import { keysOf, wordsForUnproven } from "./people.js";

/** The author has no key any more that opens the post. */
class NoKeyLeft extends Error {
  name = "NoKeyLeft";
}

/** The request is for another post than the one that the page shows. */
class OtherPost extends Error {
  name = "OtherPost";
}

/** The post has another text by now than when the page was made. */
class OtherRevision extends Error {
  name = "OtherRevision";
}

const WORDS = {
  OtherRevision: "revised",
  OtherPost: "other-post",
  OtherKeys: "other-keys",
  NoKeyHere: "key-elsewhere",
  NoKeyLeft: "no-key",
  KeyProblem: "key-problem",
  WrongKey: "damaged",
  CannotOpen: "damaged",
  Unavailable: "unavailable",
  Offline: "offline",
  SessionEnded: "session-ended",
  SomebodyElse: "somebody-else",
};
const MATERIAL = ["state", "post", "group", "author", "revision", "key_commitment", "wrapped_keys", "public_keys"];

/**
 * The state that the request ends in, by this or by another answer. `source` and `action` are its addresses, `person` who
 * asks. `shown` has the fingerprints that the page shows, and `post` and `revision` the uid and the number if it shows them:
 * an author who has compared them grants these keys for this text, whatever the server answers meanwhile. `trusted` is the mark of a key of the person
 * that the author takes although it does not go on from what was seen before. What does not: Unproven.
 */
export async function grant(account, request) {
  const once = () => answer(account, request);
  try {
    // The page asks the site for both at once, and somebody may replace a key between the answers.
    return (await once().catch(again)) ?? (await once()) ?? fail();
  } catch (error) {
    if (error.status === 409 && error.body?.state) {
      return error.body.state;
    }
    // The request is gone with its post or with a membership.
    if (error.status === 404 && error.body) {
      return "closed";
    }
    throw error;
  }
}

/** The name of the message that says what went wrong. */
export function wordsFor(error) {
  return wordsForUnproven(error) ?? WORDS[error.name] ?? "failed";
}

/** What these words are about. */
export function valuesOf({ detail }) {
  return { day: dayOf(detail?.at) };
}

/** The fingerprints of public keys that can be read in these parts of the page. */
export function shownIn(...parts) {
  const codes = parts.flatMap((part) => [...part.querySelectorAll(".fingerprint")]);
  return codes.map((code) => code.textContent.replace(/\s/g, ""));
}

/** Whether every other request would fail in the same way. */
export function isGeneral(error) {
  return ["Offline", "SessionEnded", "SomebodyElse", "Unavailable", "KeyProblem"].includes(error.name);
}

// Null if the asker's keys changed in the same moment.
async function answer(account, { source, action, shown, post, revision, person, trusted }) {
  // What another device of the author found counts here, too.
  const told = shareOnce(account).catch(() => null);
  const keys = told.then(() => keysOf(account, person));
  const [request, text] = await Promise.all([getJson(source, { promised: MATERIAL }), keys]);
  if (request.state !== "pending") {
    return request.state;
  }
  if (post !== undefined && request.post !== post) {
    throw new OtherPost();
  }
  // Only its author still has a key of an earlier revision, and grants nobody anything of it.
  if (revision !== undefined && request.revision !== Number(revision)) {
    throw new OtherRevision();
  }
  if (request.wrapped_keys.length === 0) {
    throw new NoKeyLeft();
  }
  const wrapped = await keyring.rewrap(account, { request, shown, person, text, trusted });
  try {
    return (await postJson(action, { wrapped_keys: wrapped, revision: request.revision }, { promised: ["state"] })).body.state;
  } catch (error) {
    if (error.status === 422) {
      return null;
    }
    throw error.status === 409 && error.body?.revision ? new OtherRevision() : error;
  }
}

function again(error) {
  if (!["OtherKeys", "Unproven"].includes(error.name)) {
    throw error;
  }
  return null;
}

function fail() {
  throw new Error("The wrapped keys were refused twice.");
}
