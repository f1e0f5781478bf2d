// Granting a read request: this browser unwraps the post's key and wraps it for the public keys of the asker.
import { getJson, postJson } from "./http.js";
import * as keyring from "./keyring.js";

/** No key of the author's is left that opens the post. */
export class NoKeyLeft extends Error {
  name = "NoKeyLeft";
}

/** The request asks for a public key that its author was not shown. */
export class OtherKeys extends Error {
  name = "OtherKeys";
}

/** What would be wrapped is the key of another post than the one that its author was shown. */
export class OtherPost extends Error {
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
};

/**
 * The state that the request ends in, by this or by another answer. `source` and `action` are its addresses, `shown`
 * the fingerprints that the page shows: who has compared them grants these keys, whatever is asked for meanwhile.
 * `post` is the uid that the page shows, where it shows one.
 */
export async function grant(account, request) {
  const once = () => answer(account, request);
  try {
    return (await once()) ?? (await once()) ?? fail();
  } catch (error) {
    if (error.status === 409) {
      return error.body.state;
    }
    // The post or a membership is gone, and the request with it.
    if (error.status === 404) {
      return "closed";
    }
    throw error;
  }
}

/** {words, values} of the message that says what went wrong. */
export function wordsFor(error) {
  return { words: WORDS[error.name] ?? "failed", values: { devices: error.devices ?? "" } };
}

/** The fingerprints of public keys that can be read in these parts of the page. */
export function shownIn(...parts) {
  const codes = parts.flatMap((part) => [...part.querySelectorAll(".fingerprint")]);
  return codes.map((code) => code.textContent.replace(/\s/g, ""));
}

/** Whether every other request would fail in the same way. */
export function isGeneral(error) {
  return ["Offline", "SessionEnded", "Unavailable"].includes(error.name);
}

// Null where the asker's keys changed in the same moment.
async function answer(account, { source, action, shown, post }) {
  const request = await getJson(source);
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
    const { body } = await postJson(action, { wrapped_keys: await rewrap(account, request) });
    return body.state;
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
  try {
    return await keyring.rewrap(account, request);
  } catch (error) {
    const labels = request.wrapped_keys.map(({ label, fingerprint }) => label || fingerprint.slice(0, 8));
    throw Object.assign(error, { devices: labels.join(", ") });
  }
}

function fail() {
  throw new Error("The wrapped keys were refused twice.");
}
