// One post on its way: its uid, and what was sent under it so far. An answer can be lost although the post arrived;
// then the next try gets the same post back, which may hold an older text than the one on the page.
import { publish } from "./publishing.js";

export class Submission {
  #post;
  #sent;

  /** `post` is the uid, `sent` the digests of an earlier page's tries. */
  constructor({ post = crypto.randomUUID(), sent = [] } = {}) {
    this.#post = post;
    this.#sent = sent;
  }

  /** What a draft keeps, so that the next page can go on. */
  get kept() {
    return { post: this.#post, sent: this.#sent };
  }

  /** Notes what is about to be sent, so that it can be kept before it is. */
  async note({ title, body }) {
    this.#sent = [...new Set([...this.#sent, await digest(title, body)])];
  }

  /** {address, isThisText}; errors as `publish` has them. */
  async send(account, request) {
    try {
      const { address, isNew } = await publish(account, { ...request, post: this.#post });
      return { address, isThisText: isNew || this.#sent.length === 1 };
    } catch (error) {
      if (error.status !== 409) {
        throw error;
      }
      // The uid belongs to something else. With another one it can't clash again.
      this.#post = crypto.randomUUID();
      const { address } = await publish(account, { ...request, post: this.#post });
      return { address, isThisText: true };
    }
  }
}

async function digest(title, body) {
  const bytes = new TextEncoder().encode(JSON.stringify([title, body]));
  return Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))).join();
}
