// <post-editor>: title and text, sealed in this browser and published. Attributes: data-action (POST here),
// data-sealing-key (its address), data-post, data-group, data-author. Holds a form with #title, #text (no name, so
// that no form ever sends it), `[data-publish]`, `[data-error-for]`; besides, where wanted, `[data-size]`,
// `[data-preview]` with `[data-preview-place]` and `[data-writing]` (hidden meanwhile), `[data-discard]`.
// Messages: at a field title-missing, title-too-long, text-missing, text-too-long; size {left}, size-over {over};
// sealing, offline, failed, refused {reason}, session-ended, no-sealing-key, already-published {address}; saved,
// restored, unsaved.
import { DraftKeeper } from "../lib/draft_keeper.js";
import { errorsOf } from "../lib/errors_of.js";
import { Fields } from "../lib/fields.js";
import { said, say, sayNothing } from "../lib/messages.js";
import { Preview } from "../lib/preview.js";
import { Submission } from "../lib/submission.js";

const FAILURES = { Offline: "offline", SessionEnded: "session-ended", NoSealingKey: "no-sealing-key" };
const ABOUT_THE_DRAFT = ["", "saved", "unsaved", "restored"];

export class PostEditor extends HTMLElement {
  #fields = new Fields(this);
  #preview = new Preview(this);
  #keeper = null;
  #submission = null;
  #isPublishing = false;

  connectedCallback() {
    if (this.#keeper) {
      return;
    }
    this.#submission = new Submission({ post: this.dataset.post });
    this.#keeper = new DraftKeeper({
      account: document.body.dataset.user,
      slot: `new/${this.dataset.group}`,
      read: () => ({ ...this.#fields.written, ...this.#submission.kept }),
      told: (error) => this.#kept(error),
    });
    this.addEventListener("submit", this.#submitted);
    this.addEventListener("input", this.#typed);
    this.addEventListener("keydown", this.#pressed);
    this.addEventListener("click", this.#clicked);
    this.#keeper.watchTheWayOut();
    this.#restore();
  }

  async #restore() {
    const draft = await this.#keeper.load().catch(() => null);
    // Somebody who types faster than a database opens keeps what they typed.
    if (draft && this.#fields.isEmpty) {
      this.#fields.fill(draft);
      // Its uid too: if an earlier try did arrive, this is the same post, not a second one.
      this.#submission = new Submission(draft);
      say(this, "restored");
    } else if (!this.#fields.isEmpty) {
      this.#keeper.changed();
    }
  }

  async #discard() {
    this.#fields.fill({ title: "", body: "" });
    this.#submission = new Submission();
    sayNothing(this);
    this.#fields.focus("title");
    await this.#keeper.drop().catch(() => null);
  }

  // What was said about publishing is more important than that the draft was kept.
  #kept(error) {
    if (error) {
      say(this, "unsaved");
    } else if (ABOUT_THE_DRAFT.includes(said(this))) {
      say(this, "saved");
    }
  }

  #typed = ({ target }) => {
    if (this.#fields.changed(target)) {
      if (!ABOUT_THE_DRAFT.includes(said(this))) {
        sayNothing(this);
      }
      this.#keeper.changed();
    }
  };

  #pressed = (event) => {
    // Whoever writes with an input method ends a word with Enter.
    if (event.key !== "Enter" || event.isComposing) {
      return;
    }
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.querySelector("form").requestSubmit();
    } else if (event.target.id === "title") {
      // The end of the title is not yet the end of the post.
      event.preventDefault();
      this.#fields.focus("text");
    }
  };

  #clicked = async ({ target }) => {
    if (target.closest("[data-discard]")) {
      await this.#discard();
    } else if (target.closest("[data-preview]")) {
      await (this.#preview.isOpen ? this.#preview.close() : this.#preview.open(this.#fields.written));
    }
  };

  #submitted = async (event) => {
    event.preventDefault();
    // What is hidden can't have the focus.
    this.#preview.close();
    if (this.#isPublishing || !this.#fields.check()) {
      return;
    }
    this.#setPublishing(true);
    say(this, "sealing");
    await this.#publish().catch((error) => this.#failed(error));
    this.#setPublishing(false);
  };

  async #publish() {
    const written = this.#fields.written;
    await this.#submission.note(written);
    await this.#keeper.keepNow();
    const { action, sealingKey, group, author } = this.dataset;
    const request = { action, sealingKey, group, author, ...written };
    const { address, isThisText } = await this.#submission.send(document.body.dataset.user, request);
    if (isThisText) {
      await this.#keeper.drop({ over: true }).catch(() => null);
      location.assign(address);
    } else {
      // There stands what an earlier try sent. The text here is newer, and stays for a post of its own.
      this.#submission = new Submission();
      say(this, "already-published", { address });
      await this.#keeper.keepNow();
    }
  }

  #failed(error) {
    const { fields, first } = errorsOf(error);
    if (fields.title) {
      this.#fields.setError("title", fields.title);
      this.#fields.focus("title");
      sayNothing(this);
    } else if (first) {
      say(this, "refused", { reason: first });
    } else {
      say(this, FAILURES[error.name] ?? "failed");
    }
  }

  #setPublishing(isPublishing) {
    this.#isPublishing = isPublishing;
    // Not `disabled`: that would take the focus away.
    this.querySelector("[data-publish]").setAttribute("aria-disabled", String(isPublishing));
  }
}

customElements.define("post-editor", PostEditor);
