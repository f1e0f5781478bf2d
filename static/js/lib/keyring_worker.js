// The keyring's worker: private keys and content keys live in here, out of the page's reach.
// In: {id, method, account, args}. Out: {id, result}, {id, error: {name, message, ...}}, or {id, progress}.
import { dropDraft, loadDraft, saveDraft } from "./keyring_drafts.js";
import { createKey, exportKey, fingerprints, importKey, removeKey, settleKey } from "./keyring_keys.js";
import { openEnvelope, rewrap, sealDraft } from "./keyring_posts.js";

const METHODS = {
  createKey,
  dropDraft,
  exportKey,
  fingerprints,
  importKey,
  loadDraft,
  openEnvelope,
  removeKey,
  rewrap,
  saveDraft,
  sealDraft,
  settleKey,
};

addEventListener("message", async ({ data: { id, method, account, args } }) => {
  const progress = (value) => postMessage({ id, progress: value });
  try {
    postMessage({ id, result: await METHODS[method](account, ...args, progress) });
  } catch (error) {
    const { name, message, rule, member } = error;
    postMessage({ id, error: { name, message, rule, member } });
  }
});
