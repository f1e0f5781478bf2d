// One form of a comment: to write, to answer or to edit one. What was typed stays in its field, and is kept, until the site has
// it. Messages of the section: comment-….
import { MAX_COMMENT } from "../crypto/comments.js";
import { drop, keepNow, keepSoon, kept } from "./comment_drafts.js";
import { CommentSubmission } from "./comment_submission.js";
import { explain } from "./field_errors.js";
import { errorsOf } from "./http.js";
import { message } from "./messages.js";

const HERE = { NoAccountKey: "comment-no-key", NoKeyHere: "comment-no-key", KeyProblem: "comment-key-problem" };
const WORDS = { ...HERE, Offline: "comment-offline", NotLoaded: "comment-offline", SessionEnded: "comment-session-ended" };

export class CommentForm {
  #section;
  #form;
  #about;
  #revision;
  #submission = new CommentSubmission();
  #blank = ""; // the text with which nobody has typed anything

  /** `about` is the uid of the comment that is answered or edited, `revision` that of what is edited. */
  constructor(section, form, { about = null, revision = 0 } = {}) {
    this.#section = section;
    this.#form = form;
    this.#about = about;
    this.#revision = revision;
  }

  get kind() {
    return this.#form.dataset.form;
  }

  get about() {
    return this.#about;
  }

  get isBusy() {
    return this.#field.readOnly;
  }

  get isTyped() {
    return this.#field.value.trim() !== "";
  }

  /** Fills the field with what was typed here and not sent, or with `text`. */
  async restore(text = "") {
    this.#field.value = this.#blank = text;
    const draft = await kept(this.#name).catch(() => null);
    if (!draft || this.#field.value !== text) {
      return;
    }
    this.#field.value = draft.body;
    this.#say(draft.revision === this.#revision ? "comment-kept" : "comment-changed");
    // An earlier try may have arrived: then it is the same comment.
    draft.isCopy ? keepSoon(this.#draft) : (this.#submission = new CommentSubmission(draft));
  }

  typed() {
    explain(this.#field, null);
    this.#say(null);
    keepSoon(this.#draft);
  }

  focus() {
    this.#field.focus();
  }

  /** The uid of the comment once the site has it, or null if it has not, and the form says why; OtherRevision. */
  async send() {
    const body = this.#field.value.toWellFormed();
    const fault = faultOf(body);
    if (fault) {
      explain(this.#field, message(this.#section, ...fault));
      return null;
    }
    this.#say("comment-sending");
    this.#field.readOnly = true;
    try {
      const uid = await this.#save(body);
      this.clear();
      return uid;
    } catch (error) {
      this.#fail(error);
      return null;
    } finally {
      this.#field.readOnly = false;
    }
  }

  /** Nobody wants anything of it any more. The next text is a comment of its own. */
  clear() {
    drop(this.#draft);
    this.#field.value = "";
    this.#say(null);
    this.#submission = new CommentSubmission();
  }

  /** Takes the form out of the page. What was typed and not sent is there again when it is opened anew: a click may miss. */
  close() {
    this.isTyped && this.#field.value !== this.#blank ? keepNow(this.#draft) : drop(this.#draft);
    this.#form.remove();
  }

  /** Says that somebody else was faster. The next text goes on from that revision. */
  sayChanged(revision = this.#revision) {
    this.#revision = revision;
    this.#say("comment-changed");
    this.focus();
  }

  #save(body) {
    const note = () => keepNow(this.#draft);
    if (this.kind !== "edit") {
      return this.#submission.write(this.#section, { parent: this.#about, body, note });
    }
    const { parent = null } = this.#form.closest("[data-comment]")?.dataset ?? {};
    return this.#submission.edit(this.#section, { uid: this.#about, parent, body, revision: this.#revision + 1, note });
  }

  #fail(error) {
    if (error.name === "OtherRevision") {
      throw error;
    }
    const { first } = errorsOf(error);
    this.#say(null);
    explain(this.#field, first ?? message(this.#section, WORDS[error.name] ?? "comment-failed"));
  }

  #say(name) {
    this.#form.querySelector("[data-form-says]").replaceChildren((name && message(this.#section, name)) || "");
  }

  get #field() {
    return this.#form.querySelector("[data-field]");
  }

  get #draft() {
    return { name: this.#name, ...this.#submission.kept, body: this.#field.value, revision: this.#revision };
  }

  get #name() {
    return ["comment", this.#section.dataset.post, this.kind, this.#about ?? ""].join("/");
  }
}

function faultOf(body) {
  const over = new TextEncoder().encode(body).length - MAX_COMMENT;
  return body.trim() === "" ? ["comment-missing"] : over > 0 && ["comment-too-long", { over }];
}
