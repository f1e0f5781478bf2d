// The next revision of a post, from the page to edit it: what readers are shown now, sealed in the page; the text in its
// fields on its way; and the text of another tab or device that came first.
import { writeFiles } from "../crypto/attached_files.js";
import { toHex, utf8 } from "../crypto/bytes.js";
import { plainLine } from "../crypto/lines.js";
import { EDIT } from "./drafts.js";
import { getJson } from "./http.js";
import * as keyring from "./keyring.js";
import { say } from "./messages.js";
import { showDoubts } from "./opened_post.js";
import { publish } from "./publishing.js";

const ENVELOPE = ["v", "revision", "wrapped_keys"];

export class EditedPost {
  #account;
  #place;
  #revision;
  #begun;
  #sealed = {};

  /** `place` has the uids of post, group and author, and `revision` is what readers are shown, opened from `members`. */
  constructor(account, { revision, members, ...place }) {
    this.#account = account;
    this.#place = place;
    this.#revision = Number(revision);
    this.#begun = this.#revision;
    this.opening = this.#open(members);
    this.opening.catch(() => null);
  }

  /** That of an editor's data-post, data-group, data-author and data-revision, with the envelope in it; null without. */
  static of({ dataset, children }) {
    const { post, group, author, revision } = dataset;
    const script = post && [...children].find((child) => child.type === "application/json");
    const account = document.body.dataset.user;
    return script ? new EditedPost(account, { post, group, author, revision, members: JSON.parse(script.textContent) }) : null;
  }

  /** Those of a PageDraft that keeps what is written meanwhile. */
  get options() {
    return { place: EDIT + this.#place.post, submission: (kept) => this.#goOn(kept) };
  }

  // A draft belongs to the revision that its author was shown when they began it.
  #goOn(kept) {
    this.#begun = kept?.revision ?? this.#revision;
    return this;
  }

  /**
   * Has a page begin with the text that readers are shown, or shows it beside a draft of the one before. Whether it
   * opened; if not, the editor says so.
   */
  async start(editor, draft) {
    try {
      draft.startFrom(await this.#shown());
      await this.showDoubts(editor);
      if (this.#begun < this.#revision) {
        say(editor, "draft-older");
        await this.showOther(editor, "other-text");
      }
      return true;
    } catch (error) {
      say(editor, error.name === "NoKeyHere" ? "edit-key-elsewhere" : "edit-not-opened");
      return false;
    }
  }

  /**
   * Says in an element what is to be doubted of the text that readers are shown, also where a draft stands in the fields: the
   * next text carries on the secret of its comments.
   */
  async showDoubts(element) {
    showDoubts(element, await this.opening, this.#revision);
  }

  /** After `other-text`, shows that in the `[data-other]` of an editor, as it was typed. */
  async showOther(editor, holds) {
    if (holds === "other-text") {
      const { title, body } = await this.#shown();
      await this.showDoubts(editor);
      const place = editor.querySelector("[data-other]");
      place.querySelector("[data-other-title]").textContent = title;
      place.querySelector("[data-other-text]").textContent = body;
      place.hidden = false;
      place.focus();
    }
  }

  async #shown() {
    const { title, body, tags, files } = await this.opening;
    return { title: plainLine(title), body, tags, files: writeFiles(files) };
  }

  /** The page keeps nothing about it: the answer tells of an earlier try. */
  get kept() {
    return { post: this.#place.post, revision: this.#revision };
  }

  note() {}

  /**
   * {address, holds}: `this-text`; or `other-text` and `text-on-its-way`, if another tab or device was first and this text
   * was not sent. Errors as `publish` has them.
   */
  async send({ title, body, tags, files, ...request }) {
    const { thread } = await this.opening;
    const written = { title, body, tags, files, thread: thread ?? undefined };
    // A try whose answer was lost is sent once more as it was, and is the same revision.
    const of = await digestOf([this.#revision, title, body, tags, files]);
    this.#sealed = this.#sealed.of === of ? this.#sealed : { of };
    try {
      const { address } = await publish(this.#account, {
        ...request,
        ...this.#place,
        ...written,
        revision: this.#revision + 1,
        sealed: this.#sealed,
      });
      return { address, holds: "this-text" };
    } catch (error) {
      if (error.status !== 409 || !error.body?.revision) {
        throw error;
      }
      return { address: `/posts/${this.#place.post}/`, holds: await this.#takeOther(error.body) };
    }
  }

  /** The text of the other one, once readers are shown it. */
  async #takeOther({ state }) {
    if (state !== "published") {
      return "text-on-its-way";
    }
    const members = await getJson(`/posts/${this.#place.post}/envelope.json`, { promised: ENVELOPE });
    // Nothing older takes its place: the number only rises.
    this.#revision = Math.max(this.#revision, Number(members.revision));
    this.opening = this.#open(members);
    await this.opening;
    return "other-text";
  }

  #open(members) {
    return keyring.openEnvelope(this.#account, { ...members, ...this.#place, revision: this.#revision });
  }
}

async function digestOf(written) {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(JSON.stringify(written)))));
}
