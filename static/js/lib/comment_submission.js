// One comment on its way: its uid, and the texts that this tab tried to send under it. The network can lose an answer although
// the comment arrived.
import { edit, write } from "./commenting.js";

export class CommentSubmission {
  #uid;
  #sent;
  #sealed = {};

  /** Of what a draft has kept, or a new one. */
  constructor({ uid = crypto.randomUUID(), sent = [] } = {}) {
    this.#uid = uid;
    this.#sent = sent;
  }

  /** The members that a draft keeps. */
  get kept() {
    return { uid: this.#uid, sent: this.#sent };
  }

  /**
   * Writes a comment, an answer to `parent` if there is one; the uid that it has. `note` keeps the draft before anything is sent;
   * errors as `edit` of lib/commenting.js has them.
   */
  async write(section, { parent, body, note }) {
    const before = this.#sent;
    this.#sent = [...new Set([...before, body])];
    await note();
    try {
      if (await write(section, { uid: this.#uid, parent, body, before })) {
        return this.#uid;
      }
    } catch (error) {
      if (error.body?.deleted) {
        // The site says so, and its person decides whether this text is to come once more.
        this.#becomeAnother();
        await note();
      }
      throw error;
    }
    // Another tab used the uid. This text is a comment of its own.
    this.#becomeAnother();
    return this.write(section, { parent, body, note });
  }

  /** Puts the next revision in the place of the comment `uid`, which it returns. A try that is repeated is the same revision. */
  async edit(section, { uid, note, ...written }) {
    await note();
    await edit(section, { uid, ...written, sealed: this.#sealed });
    return uid;
  }

  #becomeAnother() {
    this.#uid = crypto.randomUUID();
    this.#sent = [];
  }
}
