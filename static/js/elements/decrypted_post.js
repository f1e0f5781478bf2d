// <decrypted-post>: opens the envelope in its <script type="application/json"> and shows the text in its
// `[data-testid="post-body"]`. Attributes: data-post, data-group, data-author, data-revision (the place that the
// envelope is opened for), data-title. Messages: opened, key-elsewhere, damaged, unavailable (the browser keeps no
// keys), not-loaded, title-differs {title}, and those of lib/markdown.js: typed, typed-partly.
// Sets data-access on the closest article. When it can't open the post, it sets data-locked to the reason and fires
// post:locked (bubbles).
import { plainLine } from "../crypto/lines.js";
import { getJson } from "../lib/http.js";
import * as keyring from "../lib/keyring.js";
import { loadMarkdown } from "../lib/loading.js";
import { message, say } from "../lib/messages.js";

const MESSAGE = {
  NoKeyHere: "key-elsewhere",
  NotLoaded: "not-loaded",
  Offline: "not-loaded",
  Outdated: "not-loaded",
  SessionEnded: "not-loaded",
  Unavailable: "unavailable",
};

class DecryptedPost extends HTMLElement {
  #access = null;

  async connectedCallback() {
    if (this.#access) {
      // The element was moved within the page: an open text stays open.
      this.#tell(this.#access);
      return;
    }
    this.#tell("opening");
    try {
      await this.#open();
      this.#tell("open");
    } catch (error) {
      this.#lock(error.name);
    }
  }

  async #open() {
    // The Markdown worker starts while the keyring works.
    const loading = loadMarkdown();
    try {
      const [opened, markdown] = await Promise.all([this.#decrypt(), loading]);
      await this.#show(opened, markdown);
    } finally {
      loading.then((markdown) => markdown.end()).catch(() => null);
    }
  }

  async #decrypt() {
    const members = JSON.parse(this.querySelector('script[type="application/json"]').textContent);
    try {
      return await this.#openEnvelope(members);
    } catch (error) {
      const moved = error.name === "NoKeyHere" ? await this.#moved() : null;
      if (!moved) {
        throw error;
      }
      return this.#openEnvelope(moved);
    }
  }

  async #openEnvelope(members) {
    // The place comes from the page, not from what came along with the ciphertext.
    const { post, group, author, revision } = this.dataset;
    const place = { post, group, author, revision: Number(revision) };
    return keyring.openEnvelope(document.body.dataset.user, { ...members, ...place });
  }

  // The envelope as it is now. Since this page was made, what was wrapped for an older account key may have been moved to
  // the newest, and then nothing leads to the older one any more.
  async #moved() {
    try {
      const { state } = await keyring.loadAccount(document.body.dataset.user);
      return state === "ready" ? await getJson(`/posts/${this.dataset.post}/envelope.json`, { promised: ["v", "wrapped_keys"] }) : null;
    } catch {
      return null;
    }
  }

  async #show({ title, body }, markdown) {
    const place = this.querySelector('[data-testid="post-body"]');
    place.classList.add("is-opened");
    await markdown.show(body, { host: this, place });
    say(this, "opened");
    if (plainLine(title) !== this.dataset.title) {
      const words = message(this, "title-differs", { title });
      this.querySelector("[data-says]")?.append(" ", words ?? "");
    }
  }

  #lock(reason) {
    say(this, MESSAGE[reason] ?? "damaged");
    this.#tell(MESSAGE[reason] ? "key-elsewhere" : "damaged");
    this.dataset.locked = reason;
    this.dispatchEvent(new CustomEvent("post:locked", { bubbles: true }));
  }

  #tell(access) {
    this.#access = access;
    this.closest("article")?.setAttribute("data-access", access);
  }
}

customElements.define("decrypted-post", DecryptedPost);
