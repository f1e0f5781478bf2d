// What changed in a post since its reader opened it here before: the keyring's worker remembers what that was.
import { withLocalKey } from "./drafts.js";
import { sayMissing } from "./loading.js";
import { showChanges } from "./shown_changes.js";

/**
 * Notes that the text of a <decrypted-post> was read. Resolves to null, or to a function that offers in an article that has
 * it in its `[data-what-changed]` to show, in the element's `[data-changes]`, what changed since an earlier one.
 */
export async function noteRead(element, { title, body, tags }) {
  const { post, revision } = element.dataset;
  const text = { post, revision: Number(revision), title, body, tags };
  const before = await withLocalKey(document.body.dataset.user, "noteRead", text);
  const place = element.querySelector("[data-changes]");
  return before && place && ((article) => offer(article, { place, element, before, text }));
}

function offer(article, { place, element, before, text }) {
  const line = article.querySelector("[data-what-changed]");
  const [button, body] = [line.querySelector("button"), element.querySelector('[data-testid="post-body"]')];
  const toggle = (isShown) => {
    button.ariaPressed = String(isShown);
    place.hidden = !isShown;
    body.hidden = isShown;
  };
  toggle(!place.hidden);
  line.dataset.offered = "";
  button.onclick = async () => {
    toggle(place.hidden);
    try {
      place.hidden || (await showChanges(element, before, text));
    } catch {
      toggle(false);
      sayMissing();
    }
  };
}
