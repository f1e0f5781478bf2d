// The post beside an element that offers a way out when it stays locked.

/**
 * Calls `act` with the <decrypted-post> beside an element once that is locked for this reason: now, or when it tries to open.
 * Returns the AbortController that ends the waiting.
 */
export function onceLocked(element, reason, act) {
  const waiting = new AbortController();
  const look = () => {
    const post = element.closest("article").querySelector("decrypted-post");
    if (post?.dataset.locked === reason) {
      waiting.abort();
      act(post);
    }
  };
  document.addEventListener("post:locked", look, { signal: waiting.signal });
  look();
  return waiting;
}
