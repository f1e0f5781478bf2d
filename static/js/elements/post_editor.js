// <post-editor>: title and text, sealed in this browser and published. Attributes: data-action (POST here),
// data-sealing-key (its address), data-post, data-group, data-author. Holds a form with #title, #text (no name, so
// that no form ever sends it), `[data-publish]`, `[data-error-for]`; besides, where wanted, `[data-size]`,
// `[data-preview]` with `[data-preview-place]` and `[data-writing]` (hidden meanwhile), `[data-discard]`.
// Messages: at a field title-missing, title-too-long, text-missing, text-too-long; size {left}; sealing, offline,
// failed, refused {reason}, session-ended, no-sealing-key, already-published {address}, saved, restored, unsaved.
import { DraftKeeper } from "../lib/draft_keeper.js";
import { errorsOf } from "../lib/errors_of.js";
import { setError } from "../lib/fields.js";
import { bytesLeft, faults, isNearLimit } from "../lib/limits.js";
import { message, say, sayNothing } from "../lib/messages.js";
import { publish } from "../lib/publishing.js";

const FAILURES = { Offline: "offline", SessionEnded: "session-ended", NoSealingKey: "no-sealing-key" };
const FIELDS = ["title", "text"];

export class PostEditor extends HTMLElement {
  #keeper = null;
  #sent = null; // what the last try sent that had no answer
  #isPublishing = false;

  connectedCallback() {
    if (this.#keeper) {
      return;
    }
    this.#keeper = new DraftKeeper({
      account: document.body.dataset.user,
      slot: `new/${this.dataset.group}`,
      read: () => ({ post: this.dataset.post, sent: this.#sent, ...this.#written }),
      told: (error) => this.#told(error),
    });
    this.addEventListener("submit", this.#submitted);
    this.addEventListener("input", this.#typed);
    this.addEventListener("keydown", this.#pressed);
    this.addEventListener("click", this.#clicked);
    document.addEventListener("visibilitychange", () => this.#keeper.keep());
    addEventListener("beforeunload", (event) => !this.#keeper.isKept && event.preventDefault());
    this.#restore();
  }

  get #form() {
    return this.querySelector("form");
  }

  get #title() {
    return this.querySelector("#title");
  }

  get #text() {
    return this.querySelector("#text");
  }

  get #written() {
    const body = this.#text.value.toWellFormed();
    return { title: this.#title.value.toWellFormed().trim(), body };
  }

  async #restore() {
    const draft = await this.#keeper.load().catch(() => null);
    // Somebody who types faster than a database opens keeps what they typed.
    if (draft && !this.#title.value && !this.#text.value) {
      this.#title.value = draft.title;
      this.#text.value = draft.body;
      // The uid too: if an earlier try did arrive, this is the same post, not a second one.
      this.dataset.post = draft.post;
      this.#sent = draft.sent;
      say(this, "restored");
    }
  }

  #typed = ({ target }) => {
    if (FIELDS.includes(target.id)) {
      setError(this.#form, target.id, null);
      this.#keeper.changed();
      this.#showSize();
    }
  };

  #showSize() {
    const place = this.querySelector("[data-size]");
    if (place) {
      const body = this.#text.value;
      place.hidden = !isNearLimit(body);
      place.replaceChildren(place.hidden ? "" : (message(this, "size", { left: bytesLeft(body) }) ?? ""));
    }
  }

  #told(error) {
    const said = this.querySelector("[data-says]")?.dataset.said;
    if (error) {
      say(this, "unsaved");
    } else if (!said || said === "saved" || said === "unsaved") {
      say(this, "saved");
    }
  }

  #pressed = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.#form.requestSubmit();
    }
  };

  #submitted = async (event) => {
    event.preventDefault();
    if (this.#isPublishing || !this.#check()) {
      return;
    }
    this.#setPublishing(true);
    say(this, "sealing");
    try {
      await this.#publish();
    } catch (error) {
      this.#failed(error);
    }
    this.#setPublishing(false);
  };

  #check() {
    const found = faults(this.#written);
    for (const name of FIELDS) {
      setError(this.#form, name, found[name] ? message(this, found[name]) : null);
    }
    const first = FIELDS.find((name) => found[name]);
    if (first) {
      this.#setPreview(null);
      this.querySelector(`#${first}`).focus();
    }
    return first === undefined;
  }

  async #publish({ again = true } = {}) {
    const { action, sealingKey, post, group, author } = this.dataset;
    const { title, body } = this.#written;
    const sent = await digest(title, body);
    const before = this.#sent;
    this.#sent = sent;
    this.#keeper.changed();
    await this.#keeper.keep();
    try {
      const request = { action, sealingKey, post, group, author, title, body };
      const { address, isNew } = await publish(document.body.dataset.user, request);
      await this.#published(address, isNew || sent === (before ?? sent));
    } catch (error) {
      if (error.status !== 409 || !again) {
        throw error;
      }
      // This uid belongs to something else: the post gets another.
      this.dataset.post = crypto.randomUUID();
      await this.#publish({ again: false });
    }
  }

  async #published(address, isThisText) {
    if (!isThisText) {
      // What stands there is what an earlier try sent. The text here is newer, and stays.
      this.dataset.post = crypto.randomUUID();
      this.#sent = null;
      this.#keeper.changed();
      say(this, "already-published", { address });
      return;
    }
    await this.#keeper.drop({ over: true }).catch(() => null);
    location.assign(address);
  }

  #failed(error) {
    if (error.status === 422) {
      const { fields, first } = errorsOf(error);
      if (fields.title) {
        setError(this.#form, "title", fields.title);
        this.#title.focus();
        sayNothing(this);
        return;
      }
      say(this, first ? "refused" : "failed", { reason: first });
      return;
    }
    say(this, FAILURES[error.name] ?? "failed");
  }

  #setPublishing(isPublishing) {
    this.#isPublishing = isPublishing;
    // Not `disabled`: that would take the focus away.
    this.querySelector("[data-publish]").setAttribute("aria-disabled", String(isPublishing));
    this.toggleAttribute("data-publishing", isPublishing);
  }

  #clicked = async ({ target }) => {
    const preview = target.closest("[data-preview]");
    if (preview && preview.getAttribute("aria-pressed") !== "true") {
      const { renderMarkdown } = await import("../lib/markdown.js");
      this.#setPreview(renderMarkdown(this.#text.value));
    } else if (preview) {
      this.#setPreview(null);
    } else if (target.closest("[data-discard]")) {
      await this.#discard();
    }
  };

  #setPreview(nodes) {
    const place = this.querySelector("[data-preview-place]");
    place?.replaceChildren(nodes ?? "");
    place?.toggleAttribute("hidden", nodes === null);
    this.querySelectorAll("[data-writing]").forEach((part) => part.toggleAttribute("hidden", nodes !== null));
    this.querySelector("[data-preview]")?.setAttribute("aria-pressed", String(nodes !== null));
  }

  async #discard() {
    this.#title.value = "";
    this.#text.value = "";
    this.dataset.post = crypto.randomUUID();
    this.#sent = null;
    sayNothing(this);
    this.#title.focus();
    await this.#keeper.drop().catch(() => null);
  }
}

async function digest(title, body) {
  const bytes = new TextEncoder().encode(JSON.stringify([title, body]));
  return Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))).join();
}

customElements.define("post-editor", PostEditor);
