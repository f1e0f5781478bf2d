// <decrypted-post>: opens the envelope in its <script type="application/json"> and shows the text in its
// `[data-testid="post-body"]`. Attributes: data-post, data-group, data-author, data-revision (the place that the
// envelope is opened for), data-title. Messages: opening, opened, key-elsewhere, damaged, unavailable (the browser
// keeps no keys, or a script did not load), title-differs {title}.
// Sets data-access on the closest article, and data-locked to the reason; fires post:opened, or post:locked {reason}.
import * as keyring from "../lib/keyring.js";
import { message, say } from "../lib/messages.js";

const ACCESS = { NoKeyHere: "key-elsewhere", Unavailable: "key-elsewhere" };
const MESSAGE = { NoKeyHere: "key-elsewhere", Unavailable: "unavailable" };

export class DecryptedPost extends HTMLElement {
  #access = null;

  async connectedCallback() {
    if (this.#access) {
      // Moved within the page: what is open stays open.
      this.#tell(this.#access);
      return;
    }
    this.#tell("opening");
    say(this, "opening");
    try {
      // Fetched while the keyring works.
      const [opened, { showMarkdown }] = await Promise.all([this.#open(), renderer()]);
      this.#show(opened, showMarkdown);
      this.#tell("open");
      this.#fire("post:opened", {});
    } catch (error) {
      this.#lock(error.name);
    }
  }

  async #open() {
    const members = JSON.parse(this.querySelector('script[type="application/json"]').textContent);
    // The place is what the page shows, not what came along with the ciphertext.
    const { post, group, author, revision } = this.dataset;
    Object.assign(members, { post, group, author, revision: Number(revision) });
    return keyring.openEnvelope(document.body.dataset.user, members);
  }

  #show({ title, body }, showMarkdown) {
    const place = this.querySelector('[data-testid="post-body"]');
    showMarkdown(place, body);
    place.classList.add("is-opened");
    say(this, "opened");
    if (title !== this.dataset.title) {
      const words = message(this, "title-differs", { title });
      this.querySelector("[data-says]")?.append(" ", words ?? "");
    }
  }

  #lock(reason) {
    const words = MESSAGE[reason] ?? "damaged";
    say(this, words) || say(this, ACCESS[reason] ?? "damaged");
    this.#tell(ACCESS[reason] ?? "damaged");
    this.dataset.locked = reason;
    this.#fire("post:locked", { reason });
  }

  #tell(access) {
    this.#access = access;
    this.closest("article")?.setAttribute("data-access", access);
  }

  #fire(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { bubbles: true, detail }));
  }
}

async function renderer() {
  try {
    return await import("../lib/markdown.js");
  } catch (error) {
    throw Object.assign(new Error("", { cause: error }), { name: "Unavailable" });
  }
}

customElements.define("decrypted-post", DecryptedPost);
