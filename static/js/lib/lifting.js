// Moving what was wrapped and sealed for older account keys to the newest one: part by part, in one tab of the browser at a
// time. What a closed tab leaves, the next page goes on with.
import { getJson, postJson } from "./http.js";
import * as keyring from "./keyring.js";

const ADDRESS = "/keys/lift.json";
// The keyring's worker takes so many at once, and none while somebody waits for it to open something: who comes in the
// middle of a piece waits for that long at most.
const PIECE = 8;
const MOMENT = 50; // milliseconds

/** Resolves when nothing is left, or another tab does it. Fires lift:moved on the document after each part. */
export async function lift(account) {
  await navigator.locks.request(`secureblogs-lift-${account}`, { ifAvailable: true }, async (lock) => {
    while (lock) {
      await keyring.loadAccount(account);
      const part = await getJson(ADDRESS, { promised: ["links", "wraps", "objects"] });
      if (part.links.length === 0) {
        return;
      }
      // The part after the last one is empty: with it the site ends the older keys.
      await send(account, await wrapAnew(account, part));
      document.dispatchEvent(new CustomEvent("lift:moved", { detail: {} }));
      if (part.wraps.length + part.objects.length === 0) {
        return;
      }
    }
  });
}

async function wrapAnew(account, { wraps, objects }) {
  const body = await takePiece(account, { wraps: [], objects });
  for (let at = 0; at < wraps.length; at += PIECE) {
    const piece = await takePiece(account, { wraps: wraps.slice(at, at + PIECE), objects: [] });
    body.wraps.push(...piece.wraps);
    body.failed.push(...piece.failed);
  }
  return body;
}

async function takePiece(account, piece) {
  while (keyring.isBusy()) {
    await new Promise((resolve) => setTimeout(resolve, MOMENT));
  }
  return keyring.prepare(account, "liftPart", piece);
}

async function send(account, body) {
  try {
    await postJson(ADDRESS, body, { promised: ["done", "total"] });
  } catch (error) {
    if (error.status !== 409 || !error.body?.account) {
      throw error;
    }
    // The key was replaced once more meanwhile: the next part goes to the newest.
    await keyring.reloadAccount(account);
  }
}
