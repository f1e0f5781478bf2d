// <post-editor>: seals title, text and tags in this browser, and publishes them. Attributes: data-action (address of the
// POST), data-sealing-key (its address), data-group, data-slug (of the group), data-author; with data-post and
// data-revision it edits that post, as lib/edited_post.js has it. Holds a form with #title, #text, #tags (without names, so
// that no form ever sends them), perhaps #group (whose options have the first and the third of these attributes, and
// `[data-readers]` is of the one that is chosen), `[data-used-tags]` as lib/used_tags.js has it, `[data-publish]`;
// the dialogs #discard, and #publish, which Ctrl+Enter opens; `[data-drafts]`, the list of drafts that were left unsent;
// `[data-bar]` as lib/writing_bar.js has it; it may hold `[data-doubts]` as lib/opened_post.js has it, `[data-size]`,
// `[data-count]`, `[data-preview]` with `[data-preview-place]` and `[data-writing]` (hidden meanwhile; data-beside is set where
// it need not be). Sets data-ready when it knows what this
// browser has kept.
// Messages: at a field group-missing, title-missing, title-too-long, text-missing, text-too-long, tags-too-many,
// tag-too-long; size {left}, size-over {over};
// count {words, minutes}; uploading, files-missing, sealing, offline, failed, refused {reason}, session-ended,
// somebody-else, no-sealing-key, key-elsewhere, key-problem; earlier-text {address} and other-tabs-text {address}; saved,
// saved-everywhere, saved-here-alone {reason}, both-kept {id}, storage-low, unsaved, unsaved-away, restored, copied, draft-gone,
// drafts-closed, not-loaded; draft {id, title}, draft-untitled {id}; and in the preview those of lib/markdown.js: typed,
// typed-partly.
import "./post_files.js";
import { isAboutTheDraft } from "../lib/draft_words.js";
import { Fields } from "../lib/fields.js";
import { sayMissing } from "../lib/loading.js";
import { say, sayNothing } from "../lib/messages.js";
import { PageDraft } from "../lib/page_draft.js";
import { Preview } from "../lib/preview.js";
import { sayFailure } from "../lib/publishing.js";

class PostEditor extends HTMLElement {
  #connection = null;
  #fields = new Fields(this);
  #preview = new Preview(this);
  #draft = null;
  #bar = null;
  #edit = null;
  #isPublishing = false;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    this.addEventListener("submit", (event) => this.#submitted(event), { signal });
    this.addEventListener("input", ({ target }) => this.#typed(target), { signal });
    this.addEventListener("keydown", (event) => this.#fields.pressed(event), { signal });
    this.addEventListener("focusin", () => this.#loadBar(), { signal, once: true });
    const offer = () => import("../lib/used_tags.js").then(({ offerTags }) => offerTags(this, signal)).catch(() => null);
    this.querySelector("#tags").addEventListener("focus", offer, { signal, once: true });
    this.addEventListener("change", ({ target }) => target.id === "group" && this.#choose(), { signal });
    this.addEventListener("click", ({ target }) => this.#clicked(target), { signal });
    this.addEventListener("files:changed", () => this.#changed(), { signal });
    this.#draft ? this.#draft.watchTheWayOut(signal) : this.#begin(signal);
  }

  disconnectedCallback() {
    this.#connection.abort();
  }

  async #begin(signal) {
    this.#preview.loadFonts();
    const place = this.#fields.group === null ? `new/${this.dataset.group}` : "write";
    this.#edit = this.dataset.post ? (await import("../lib/edited_post.js")).EditedPost.of(this) : null;
    this.#draft = new PageDraft({ account: document.body.dataset.user, element: this, fields: this.#fields, place, ...this.#edit?.options });
    this.#draft.watchTheWayOut(signal);
    this.querySelector("post-files").begin(() => ({ ...this.dataset, post: this.#draft.post }));
    await this.#draft.beginOn(this);
    // Where the post does not open, the page saves nothing in its place.
    this.#setPublishing(this.#edit !== null && !(await this.#edit.start(this, this.#draft)));
    this.dataset.ready = "";
  }

  #typed(target) {
    if (this.#fields.changed(target)) {
      isAboutTheDraft(this) || sayNothing(this);
      this.#changed();
    }
  }

  // At once: however long a script takes, no text goes to the group that was chosen before.
  async #choose() {
    const { value, selectedOptions } = this.querySelector("#group");
    Object.assign(this.dataset, selectedOptions[0]?.dataset, { slug: value });
    this.querySelector("[data-readers]").replaceChildren();
    this.#fields.setError("group", null);
    this.#draft.changed();
    await import("../lib/group_choice.js").then(({ showReaders }) => showReaders(this).catch(() => null), sayMissing);
  }

  #changed() {
    this.#draft?.changed();
    this.#preview.changed(() => this.#fields.written);
  }

  // Nobody needs it before they come to the fields.
  #loadBar() {
    this.#bar ??= import("../lib/writing_bar.js").then(({ WritingBar }) => new WritingBar(this)).catch(() => (this.#bar = null));
    return this.#bar;
  }

  async #clicked(target) {
    const edit = target.closest("[data-edit]");
    if (edit) {
      const bar = await this.#loadBar();
      bar ? bar.press(edit) : sayMissing();
    }
    if (target.closest("[data-preview]")) {
      await this.#preview.toggle(this.#fields.written).catch(async () => {
        say(this, (await this.#draft.keepNow()) ? "not-loaded" : "unsaved");
      });
    }
  }

  async #submitted(event) {
    const question = event.target.closest("dialog");
    if (question) {
      question.id === "discard" ? await this.#discard() : this.querySelector("form").requestSubmit(this.querySelector("[data-publish]"));
      return;
    }
    event.preventDefault();
    // A hidden field can't have the focus.
    this.#preview.close();
    if (this.#isPublishing || !this.#fields.check()) {
      return;
    }
    if (!event.submitter) {
      this.querySelector("#publish").showModal();
      return;
    }
    this.#setPublishing(true);
    try {
      await this.#publish();
    } catch (error) {
      this.#setPublishing(false);
      sayFailure(this, this.#fields, error);
    }
  }

  async #discard() {
    await this.#draft.startAnew();
    sayNothing(this);
    this.#fields.focus("title");
    await this.#draft.listOthers(this);
  }

  async #publish() {
    const { action, sealingKey, group, author } = this.dataset;
    say(this, "uploading");
    await this.#fields.settle();
    say(this, "sealing");
    const { address, holds } = await this.#draft.publish({ action, sealingKey, group, author });
    if (holds === "this-text") {
      location.assign(address);
    } else {
      say(this, holds, { address });
      this.#setPublishing(false);
      await this.#edit?.showOther(this, holds);
    }
  }

  #setPublishing(isPublishing) {
    this.#isPublishing = isPublishing;
    this.#fields.isFixed = isPublishing;
    // Not `disabled`: that would take the focus away.
    this.querySelector("[data-publish]").setAttribute("aria-disabled", String(isPublishing));
  }
}

customElements.define("post-editor", PostEditor);
