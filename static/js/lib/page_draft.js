// The draft of a page to write on: the text in its fields, kept in this browser, and the post that it is to become.
import { DraftKeeper } from "./draft_keeper.js";
import { sayBrought, sayKept, showDrafts, wordsFor } from "./draft_words.js";
import { say } from "./messages.js";
import { isStorageLow } from "./storage_room.js";
import { Submission } from "./submission.js";

const BLANK = { title: "", body: "", tags: [] };
export class PageDraft {
  #begun;
  #blank;
  #fields;
  #isNew;
  #keeper;
  #submission;
  #base = 0; // the version on the site that the text goes on from

  /**
   * Of an `element` with `fields`, for an `account`; `place` is that of DraftKeeper. `submission` makes what takes a text on
   * its way, of what was kept; by default that of a new post, whose draft is kept on the site, too. A page is blank with
   * no text, or with the one that `blank` is.
   */
  constructor({ account, element, fields, place, submission = null, blank = BLANK }) {
    this.#fields = fields;
    this.#isNew = submission === null;
    this.#begun = submission ?? ((kept) => new Submission(account, kept));
    this.#blank = blank;
    this.#submission = this.#begun();
    this.#keeper = new DraftKeeper({
      account,
      place,
      isNew: this.#isNew,
      read: () => (this.#isBlank ? null : { ...fields.written, slug: element.dataset.slug, base: this.#base, ...this.#submission.kept }),
      told: (error) => sayKept(element, fields, error),
      brought: (error) => sayBrought(element, error),
      moved: (id, other) => this.#move(element, id, other),
    });
  }

  // Another device saved another text under this one's id.
  #move(element, id, other) {
    const { post } = this;
    this.#submission = this.#begun({ post: id });
    this.#base = 0;
    this.#fields.moveFiles({ post });
    return () => say(element, "both-kept", { id: other });
  }

  /** The text with which the page is as blank as without one; fills the fields with it unless there is another text. */
  startFrom(blank) {
    this.#blank = blank;
    this.#fields.isEmpty && this.#fields.fill(blank);
  }

  get #isBlank() {
    return this.#fields.isEmpty || JSON.stringify(this.#fields.written) === JSON.stringify(this.#blank);
  }

  watchTheWayOut(signal) {
    this.#keeper.watchTheWayOut(signal);
  }

  /**
   * Fills the fields of an element with the draft that the address asks for, or with this tab's, and lists the others.
   * What the element says about that: restored, copied, draft-gone, drafts-closed.
   */
  async beginOn(element) {
    const words = await this.#begin(new URLSearchParams(location.search).get("draft"));
    if (words) {
      say(element, words);
      // From now on the tab remembers its draft, and the address may be that of a new page. One that could not be opened
      // is asked for again when the page is loaded again.
      if (words !== "drafts-closed") {
        history.replaceState(null, "", location.pathname + (this.#fields.group ? `?group=${this.#fields.group}` : ""));
      }
    } else if (!this.#fields.isEmpty) {
      // An author who types faster than a script loads has typed already.
      this.changed();
    }
    if (!(await this.listOthers(element)) && this.#fields.isEmpty) {
      say(element, "drafts-closed");
    } else if (["", "restored"].includes(words) && (await isStorageLow())) {
      say(element, "storage-low");
    }
  }

  // The name of what there is to say, or "".
  async #begin(asked) {
    const { draft, isCopy, error } = await this.#keeper.begin(asked, this.#fresh);
    if (!draft) {
      const isClosed = error && wordsFor(error) === "unsaved-away";
      return !asked || !this.#fields.isEmpty ? "" : isClosed ? "drafts-closed" : "draft-gone";
    }
    this.#fields.fill(draft);
    this.#fields.group = draft.slug;
    // The uid stays: if an earlier try did arrive, this is the same post, not a second one.
    this.#submission = this.#begun(isCopy ? { post: draft.post } : draft);
    this.#base = isCopy ? 0 : (draft.base ?? 0);
    return isCopy ? "copied" : "restored";
  }

  changed() {
    this.#keeper.changed();
  }

  /** The uid of the post that the text is to become. */
  get post() {
    return this.#submission.kept.post;
  }

  // The id of another draft. Edits of one post are many, and stay in this browser.
  get #fresh() {
    return this.#isNew ? this.post : crypto.randomUUID();
  }

  /** As DraftKeeper's. */
  keepNow() {
    return this.#keeper.keepNow();
  }

  /**
   * {address, holds} as Submission has it. With this text in the post, the page is blank again. Where the site says that the post
   * was deleted since an earlier try, this text is another post from then on.
   */
  async publish(request) {
    const answer = await this.#send(request).catch(async (error) => {
      if (error.name !== "UidTaken") {
        throw error;
      }
      this.#becomeAnother();
      await this.#fields.settle();
      // What was deleted comes once more only if its person says so.
      return error.cause ? Promise.reject(error.cause) : this.#send(request);
    });
    if (answer.holds === "this-text") {
      await this.startAnew();
    } else {
      // The post has the text of another try. This text stays, for a post of its own.
      this.#becomeAnother();
      await this.#keeper.keepNow();
    }
    return answer;
  }

  async #send(request) {
    const written = this.#fields.written;
    await this.#submission.note(written);
    await this.#keeper.keepNow();
    return this.#submission.send({ ...request, ...written });
  }

  /** The text is to become another post. Its files are bound to the one before, and have to be uploaded for this one. */
  #becomeAnother() {
    const { post } = this;
    this.#submission = this.#begun();
    // An edit stays one.
    this.post === post || this.#fields.moveFiles({ post });
  }

  /** A blank page, whose text will be a post of its own. */
  async startAnew() {
    this.#fields.fill(this.#blank);
    this.#submission = this.#begun();
    this.#base = 0;
    await this.#keeper.drop(this.#fresh);
  }

  /**
   * Lists the other drafts in the `[data-drafts]` of an element, those of its group on the page of one, which is hidden
   * while there is none: a line each, by the element's messages draft {id, title} and draft-untitled {id}. Whether they
   * could be read.
   */
  async listOthers(element) {
    let canRead = true;
    const others = await this.#keeper.others().catch((error) => void (canRead = wordsFor(error) === "unsaved"));
    // The keeper of an edit has those of its post alone.
    const isOfPage = ({ slug }) => !this.#isNew || this.#fields.group !== null || slug === element.dataset.slug;
    showDrafts(element, others?.filter(isOfPage) ?? []);
    return canRead;
  }
}
