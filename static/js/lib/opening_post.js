// Opening the post of a <decrypted-post>, whose envelope is in its <script type="application/json">.
import { getJson } from "./http.js";
import * as keyring from "./keyring.js";

/** What `openEnvelope` in lib/keyring_posts.js gives, with its errors. */
export async function openPost(element) {
  const members = JSON.parse(element.querySelector('script[type="application/json"]').textContent);
  try {
    return await openAt(element, members);
  } catch (error) {
    const moved = error.name === "NoKeyHere" ? await fetchMoved(element) : null;
    if (!moved) {
      throw error;
    }
    return openAt(element, moved);
  }
}

function openAt({ dataset }, members) {
  // The place comes from the page, not from what came along with the ciphertext.
  const { post, group, author, revision } = dataset;
  return keyring.openEnvelope(document.body.dataset.user, { ...members, post, group, author, revision: Number(revision) });
}

// The envelope as it is now. Since this page was made, what was wrapped for an older account key may have been moved to the
// newest, and then nothing leads to the older one any more.
async function fetchMoved({ dataset: { post } }) {
  try {
    const { state } = await keyring.loadAccount(document.body.dataset.user);
    return state === "ready" ? await getJson(`/posts/${post}/envelope.json`, { promised: ["v", "wrapped_keys"] }) : null;
  } catch {
    return null;
  }
}
