// What a person's browsers keep for one another on the site, by name. The keyring's worker seals it and opens it. Each save
// is the next version: who was overtaken gets the other one, and changes that.
import { getJson, sendJson } from "./http.js";
import * as keyring from "./keyring.js";

const TRIES = 5;

/** Other browsers saved this object again and again meanwhile. */
class Contested extends Error {
  name = "Contested";
}

/**
 * {value, version} of what is kept under this name by `changeObject`, null and 0 if there is nothing. NoAccountKey where this browser holds
 * none; OlderObject if it has seen a newer version; CannotOpen if what came is something else.
 */
export async function loadObject(account, name) {
  await keyring.loadAccount(account);
  return keyring.prepare(account, "openObject", name, await fetchObject(name));
}

/**
 * The value that is kept under this name from now on: `change(value)` makes it of the one that is there, or undefined to
 * leave that. It is asked again where another browser was faster. Errors as `loadObject`'s and those of lib/http.js: 422 has a
 * sentence for what is too large. Contested.
 */
export function changeObject(account, name, change) {
  return changeOpened(account, name, change, "openObject");
}

/** The same on top of an older version than this browser has seen, or of what does not open: null then. */
export function putBack(account, name, change) {
  return changeOpened(account, name, change, "openAnyway");
}

async function changeOpened(account, name, change, open) {
  await keyring.loadAccount(account);
  let stored = await fetchObject(name);
  for (let tried = 0; tried < TRIES; tried += 1) {
    const { value, version } = await keyring.prepare(account, open, name, stored);
    const changed = await change(value);
    if (changed === undefined) {
      return value;
    }
    const sealed = await keyring.prepare(account, "sealObject", name, { value: changed, version: version + 1 });
    const answer = await putObject(account, name, sealed);
    if (answer.isStored) {
      return changed;
    }
    stored = answer.other;
  }
  throw new Contested();
}

/** {generation, version, sealed} as the site has it, or null. */
export async function fetchObject(name) {
  try {
    return await getJson(addressOf(name), { promised: ["generation", "version", "sealed"] });
  } catch (error) {
    // A proxy's 404 has no body, and says nothing about the object.
    if (error.status === 404 && error.body) {
      return null;
    }
    throw error;
  }
}

/** {isStored, other} of {generation, version, sealed}: what the site has if that is not the next version. */
export async function putObject(account, name, sealed) {
  try {
    await sendJson("PUT", addressOf(name), sealed, { promised: ["version"] });
  } catch (error) {
    if (error.name !== "HttpError" || error.status !== 409 || !error.body) {
      throw error;
    }
    if (error.body.account) {
      // The key was replaced.
      await keyring.reloadAccount(account);
      return { isStored: false, other: await fetchObject(name) };
    }
    return { isStored: false, other: error.body.version ? error.body : null };
  }
  await keyring.prepare(account, "noteObject", name, sealed);
  return { isStored: true, other: null };
}

/** Resolves when the site keeps nothing of this name. */
export async function deleteObject(name) {
  await sendJson("DELETE", addressOf(name), undefined, { promised: [] });
}

function addressOf(name) {
  return `/keys/store/${name}`;
}
