// <post-version>: around an earlier version of a post in a <decrypted-post>, beside what readers are shown now, whose
// envelope is in its own <script type="application/json">. Attributes: data-action (address of the POST), data-sealing-key
// (its address), data-post, data-group, data-author, data-revision (of what is shown now). `[data-compare]` shows in
// `[data-changes]`, in place of `[data-version-text]`, what changed since, in `[data-changes-text]`; the dialog #restore
// publishes the earlier text once more. `[data-doubts]` is that of lib/opened_post.js. Messages: same, gone {text}, new {text};
// and those of <post-editor>.
import { writeFiles } from "../crypto/attached_files.js";
import { EditedPost } from "../lib/edited_post.js";
import { say, sayNothing } from "../lib/messages.js";
import { openPost } from "../lib/opening_post.js";
import { sayFailure } from "../lib/publishing.js";

class PostVersion extends HTMLElement {
  #connection = null;
  #isBusy = false;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    this.addEventListener("click", ({ target }) => target.closest("[data-compare]") && this.#do(() => this.#compare(), sayNotOpened), { signal });
    this.addEventListener("submit", () => this.#do(() => this.#restore(), sayNotSaved), { signal });
    EditedPost.of(this).showDoubts(this).catch(() => null);
    this.dataset.ready = "";
  }

  disconnectedCallback() {
    this.#connection.abort();
  }

  async #do(act, fail) {
    if (this.#isBusy) {
      return;
    }
    this.#isBusy = true;
    try {
      await act();
    } catch (error) {
      fail(this, error);
    }
    this.#isBusy = false;
  }

  async #compare() {
    const button = this.querySelector("[data-compare]");
    const isShown = button.ariaPressed === "true";
    const { showChanges } = await import("../lib/shown_changes.js");
    const [before, after] = isShown ? [] : await Promise.all([this.#before(), EditedPost.of(this).opening]);
    button.ariaPressed = String(!isShown);
    this.querySelector("[data-changes]").hidden = isShown;
    this.querySelector("[data-version-text]").hidden = !isShown;
    if (isShown) {
      sayNothing(this);
    } else {
      (await showChanges(this, before, after)) || say(this, "same");
    }
  }

  async #restore() {
    say(this, "sealing");
    const { title, body, tags, files } = await this.#before();
    const { action, sealingKey } = this.dataset;
    const { address, holds } = await EditedPost.of(this).send({ title, body, tags, files: writeFiles(files), action, sealingKey });
    if (holds === "this-text") {
      location.assign(address);
    } else {
      say(this, "text-on-its-way", { address });
    }
  }

  #before() {
    return openPost(this.querySelector("decrypted-post"));
  }
}

const sayNotOpened = (element) => say(element, "edit-not-opened");
const sayNotSaved = (element, error) => sayFailure(element, null, error);

customElements.define("post-version", PostVersion);
