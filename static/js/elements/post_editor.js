// <post-editor>: seals title and text in this browser, and publishes them. Attributes: data-action (address of the
// POST), data-sealing-key (its address), data-group, data-author. Holds a form with #title, #text (without a name, so
// that no form ever sends it), `[data-publish]`, `[data-error-for]`; a dialog with `[data-discard]`; `[data-drafts]`, the
// list of drafts that were left unsent; it may hold `[data-size]`, `[data-preview]` with `[data-preview-place]` and
// `[data-writing]` (hidden meanwhile). Sets data-ready when it knows what this browser has kept.
// Messages: at a field title-missing, title-too-long, text-missing, text-too-long; size {left}, size-over {over};
// sealing, offline, failed, refused {reason}, session-ended, somebody-else, no-sealing-key, key-elsewhere, key-problem;
// earlier-text {address} and other-tabs-text {address}; saved, unsaved, unsaved-away, restored, copied, draft-gone,
// drafts-closed, not-loaded; draft {id, title}, draft-untitled {id}; and in the preview those of lib/markdown.js: typed,
// typed-partly.
import { Fields } from "../lib/fields.js";
import { errorsOf } from "../lib/http.js";
import { said, say, sayNothing } from "../lib/messages.js";
import { PageDraft, wordsFor } from "../lib/page_draft.js";
import { Preview } from "../lib/preview.js";

const ABOUT_KEYS = { NoSealingKey: "no-sealing-key", NoKeyHere: "key-elsewhere", KeyProblem: "key-problem" };
const FAILURES = { ...ABOUT_KEYS, Offline: "offline", SessionEnded: "session-ended", SomebodyElse: "somebody-else" };
const ABOUT_THE_DRAFT = ["", "saved", "unsaved", "unsaved-away", "restored", "copied", "draft-gone", "drafts-closed"];

class PostEditor extends HTMLElement {
  #connection = null;
  #fields = new Fields(this);
  #preview = new Preview(this);
  #draft = null;
  #isPublishing = false;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    this.addEventListener("submit", (event) => this.#submitted(event), { signal });
    this.addEventListener("input", ({ target }) => this.#typed(target), { signal });
    this.addEventListener("keydown", (event) => this.#fields.pressed(event), { signal });
    this.addEventListener("click", ({ target }) => this.#clicked(target), { signal });
    if (!this.#draft) {
      this.#begin();
    }
    this.#draft.watchTheWayOut(signal);
  }

  disconnectedCallback() {
    this.#connection.abort();
  }

  async #begin() {
    this.#preview.loadFonts();
    const told = (error) => this.#kept(error);
    const place = `new/${this.dataset.group}`;
    this.#draft = new PageDraft({ account: document.body.dataset.user, place, fields: this.#fields, told });
    const words = await this.#draft.begin(new URLSearchParams(location.search).get("draft"));
    if (words) {
      say(this, words);
      // From now on the tab remembers its draft, and the address may be that of a new page. One that could not be opened
      // is asked for again when the page is loaded again.
      if (words !== "drafts-closed") {
        history.replaceState(null, "", location.pathname);
      }
    } else if (!this.#fields.isEmpty) {
      // An author who types faster than a script loads has typed already.
      this.#draft.changed();
    }
    if (!(await this.#draft.listOthers(this)) && this.#fields.isEmpty) {
      say(this, "drafts-closed");
    }
    this.dataset.ready = "";
  }

  // A word about publishing is more important than that the draft was kept.
  #kept(error) {
    const words = error ? wordsFor(error) : "saved";
    if (!error && this.#fields.isEmpty) {
      sayNothing(this);
    } else if (said(this) !== words && (error || ABOUT_THE_DRAFT.includes(said(this)))) {
      // Said once, however often the page tries.
      say(this, words);
    }
  }

  #typed(target) {
    if (this.#fields.changed(target)) {
      if (!ABOUT_THE_DRAFT.includes(said(this))) {
        sayNothing(this);
      }
      this.#draft.changed();
    }
  }

  async #clicked(target) {
    if (target.closest("[data-preview]")) {
      await this.#preview.toggle(this.#fields.written).catch(async () => {
        say(this, (await this.#draft.keepNow()) ? "not-loaded" : "unsaved");
      });
    }
  }

  async #submitted(event) {
    if (event.submitter?.matches("[data-discard]")) {
      await this.#discard();
      return;
    }
    event.preventDefault();
    // A hidden field can't have the focus.
    this.#preview.close();
    if (this.#isPublishing || !this.#fields.check()) {
      return;
    }
    this.#setPublishing(true);
    say(this, "sealing");
    try {
      await this.#publish();
    } catch (error) {
      this.#setPublishing(false);
      this.#failed(error);
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
    const { address, holds } = await this.#draft.publish({ action, sealingKey, group, author });
    if (holds === "this-text") {
      location.assign(address);
    } else {
      say(this, holds, { address });
      this.#setPublishing(false);
    }
  }

  #failed(error) {
    const { fields, first } = errorsOf(error);
    const words = FAILURES[error.name];
    if (fields.title) {
      this.#fields.setError("title", fields.title);
      this.#fields.focus("title");
      sayNothing(this);
    } else if (first && !words) {
      say(this, "refused", { reason: first });
    } else {
      say(this, words ?? "failed");
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
