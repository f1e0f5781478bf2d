// Granting a read request: the author's browser unwraps the post's key and wraps it for the asker's public keys.
import { getJson, postJson } from "./http.js";
import * as keyring from "./keyring.js";

/** The author has no key any more that opens the post. */
class NoKeyLeft extends Error {
  name = "NoKeyLeft";
}

/** The request is for a public key that the page does not show. */
class OtherKeys extends Error {
  name = "OtherKeys";
}

/** The request is for another post than the one that the page shows. */
class OtherPost extends Error {
  name = "OtherPost";
}

const WORDS = {
  OtherPost: "other-post",
  OtherKeys: "other-keys",
  NoKeyHere: "key-elsewhere",
  NoKeyLeft: "no-key",
  WrongKey: "damaged",
  CannotOpen: "damaged",
  Unavailable: "unavailable",
  Offline: "offline",
  SessionEnded: "session-ended",
  SomebodyElse: "somebody-else",
};
const MATERIAL = ["state", "post", "group", "author", "revision", "key_commitment", "wrapped_keys", "public_keys"];

/**
 * The state that the request ends in, by this or by another answer. `source` and `action` are its addresses. `shown`
 * has the fingerprints that the page shows, and `post` the uid if it shows one: an author who has compared them grants
 * these keys for this post, whatever the server answers meanwhile.
 */
export async function grant(account, request) {
  const once = () => answer(account, request);
  try {
    return (await once()) ?? (await once()) ?? fail();
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
  return WORDS[error.name] ?? "failed";
}

/** The fingerprints of public keys that can be read in these parts of the page. */
export function shownIn(...parts) {
  const codes = parts.flatMap((part) => [...part.querySelectorAll(".fingerprint")]);
  return codes.map((code) => code.textContent.replace(/\s/g, ""));
}

/** Whether every other request would fail in the same way. */
export function isGeneral(error) {
  return ["Offline", "SessionEnded", "SomebodyElse", "Unavailable"].includes(error.name);
}

// Null if the asker's keys changed in the same moment.
async function answer(account, { source, action, shown, post }) {
  const request = await getJson(source, { promised: MATERIAL });
  if (request.state !== "pending") {
    return request.state;
  }
  if (post !== undefined && request.post !== post) {
    throw new OtherPost();
  }
  if (!request.public_keys.every(({ fingerprint }) => shown.includes(fingerprint))) {
    throw new OtherKeys();
  }
  try {
    const answered = { wrapped_keys: await rewrap(account, request) };
    return (await postJson(action, answered, { promised: ["state"] })).body.state;
  } catch (error) {
    if (error.status === 422) {
      return null;
    }
    throw error;
  }
}

async function rewrap(account, request) {
  if (request.wrapped_keys.length === 0) {
    throw new NoKeyLeft();
  }
  return keyring.rewrap(account, request);
}

function fail() {
  throw new Error("The wrapped keys were refused twice.");
}
