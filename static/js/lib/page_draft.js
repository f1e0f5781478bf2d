// The draft of a page to write on: the text in its fields, kept in this browser, and the post that it is to become.
import { DraftKeeper } from "./draft_keeper.js";
import { message } from "./messages.js";
import { Submission } from "./submission.js";

/** The name of the message that says why a draft was not kept: without its key, or because this browser keeps nothing. */
export function wordsFor({ name }) {
  return ["Unavailable", "Outdated"].includes(name) ? "unsaved" : "unsaved-away";
}

export class PageDraft {
  #account;
  #fields;
  #keeper;
  #submission;

  /** `account`, `place` and `told` are those of DraftKeeper. */
  constructor({ account, fields, ...options }) {
    this.#account = account;
    this.#fields = fields;
    this.#submission = new Submission(account);
    const read = () => (fields.isEmpty ? null : { ...fields.written, ...this.#submission.kept });
    this.#keeper = new DraftKeeper({ account, read, ...options });
  }

  watchTheWayOut(signal) {
    this.#keeper.watchTheWayOut(signal);
  }

  /** Fills the fields with the draft whose id was `asked`, or with this tab's. The name of what there is to say, or "". */
  async begin(asked) {
    const { draft, isCopy, error } = await this.#keeper.begin(asked);
    if (!draft) {
      const words = error && wordsFor(error) === "unsaved-away" ? "drafts-closed" : "draft-gone";
      return asked && this.#fields.isEmpty ? words : "";
    }
    this.#fields.fill(draft);
    // The uid stays: if an earlier try did arrive, this is the same post, not a second one.
    this.#submission = new Submission(this.#account, isCopy ? { post: draft.post } : draft);
    return isCopy ? "copied" : "restored";
  }

  changed() {
    this.#keeper.changed();
  }

  /** As DraftKeeper's. */
  keepNow() {
    return this.#keeper.keepNow();
  }

  /** {address, holds} as Submission has it. With this text in the post, the page is blank again. */
  async publish(request) {
    const written = this.#fields.written;
    await this.#submission.note(written);
    await this.#keeper.keepNow();
    const answer = await this.#submission.send({ ...request, ...written });
    if (answer.holds === "this-text") {
      await this.startAnew();
    } else {
      // The post has the text of another try. This text stays, for a post of its own.
      this.#submission = new Submission(this.#account);
      await this.#keeper.keepNow();
    }
    return answer;
  }

  /** A blank page, whose text will be a post of its own. */
  async startAnew() {
    this.#fields.fill({ title: "", body: "" });
    this.#submission = new Submission(this.#account);
    await this.#keeper.drop();
  }

  /**
   * Lists the other drafts in the `[data-drafts]` of an element, which is hidden while there is none: a line each, by
   * the element's messages draft {id, title} and draft-untitled {id}. Whether they could be read.
   */
  async listOthers(element) {
    let canRead = true;
    const others = await this.#keeper.others().catch((error) => {
      canRead = wordsFor(error) === "unsaved";
      return [];
    });
    const place = element.querySelector("[data-drafts]");
    const lines = others.map(({ id, title }) => message(element, title ? "draft" : "draft-untitled", { id, title }));
    place.querySelector("ul").replaceChildren(...lines);
    place.hidden = lines.length === 0;
    return canRead;
  }
}
