// One post on its way: its uid, and digests of the texts that were sent under it so far. The network can lose an answer
// although the post arrived; then the next try gets the same post back, perhaps with an older text than the page's. Two
// tabs with the same draft have the same uid; then the post may have the text of the other tab.
import { toHex } from "../crypto/bytes.js";
import * as drafts from "./drafts.js";
import { errorsOf } from "./http.js";
import { publish } from "./publishing.js";

/** The uid is that of another post, and the text has files for it; or, with the site's refusal as its `cause`, of a deleted one. */
class UidTaken extends Error {
  name = "UidTaken";
}

export class Submission {
  #account;
  #post;
  #sent;
  #hasSentBefore = false;

  /** `post` is the uid, and `sent` has the digests of this draft's earlier tries. */
  constructor(account, { post = crypto.randomUUID(), sent = [] } = {}) {
    this.#account = account;
    this.#post = post;
    this.#sent = sent;
  }

  /** The members that a draft keeps, so that the next page can go on. */
  get kept() {
    return { post: this.#post, sent: this.#sent };
  }

  /** Notes a text before it is sent, so that the draft can keep the note first. */
  async note({ title, body, tags, files }) {
    const text = await digest(title, body, tags, files);
    this.#hasSentBefore = this.#sent.length > 0;
    this.#sent = [...new Set([...this.#sent, text])];
    await drafts.noteSent(this.#account, this.#post, text).catch(() => null);
  }

  /** {address, holds} of the post: `this-text`, `earlier-text` or `other-tabs-text`; errors as `publish` has them. */
  async send(request) {
    try {
      return await this.#publish(request);
    } catch (error) {
      if (error.body?.deleted) {
        throw new UidTaken("", { cause: error });
      }
      if (error.status !== 409 || !errorsOf(error).fields.uid) {
        throw error;
      }
      if (request.files.length > 0) {
        // They are bound to this uid.
        throw new UidTaken();
      }
      // The uid belongs to something else. With another one it can't clash again.
      this.#post = crypto.randomUUID();
      return this.#publish(request);
    }
  }

  async #publish(request) {
    const { address, isNew } = await publish(this.#account, { ...request, post: this.#post });
    return { address, holds: isNew ? "this-text" : await this.#whatArrived() };
  }

  async #whatArrived() {
    if (!this.#hasSentBefore) {
      return "other-tabs-text";
    }
    const everywhere = await drafts.sentOf(this.#account, this.#post).catch(() => []);
    return new Set([...this.#sent, ...everywhere]).size === 1 ? "this-text" : "earlier-text";
  }
}

async function digest(...written) {
  const bytes = new TextEncoder().encode(JSON.stringify(written));
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}
