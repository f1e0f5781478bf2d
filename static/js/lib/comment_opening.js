// Opens comments as they come near the screen, one after the other: the keyring's worker opens them and judges who signed them,
// and the Markdown worker of posts shows their texts. Messages of the section: comment-damaged, and those of
// templates/posts/posts/_signed.html with {name}.
import * as keyring from "./keyring.js";
import { getJson } from "./http.js";
import { loadMarkdown } from "./loading.js";
import { message } from "./messages.js";
import { wordsOfTrust } from "./trust.js";

const NEAR = "600px 0px";
const IDLE = 5_000; // milliseconds until the Markdown worker ends

export class CommentOpener {
  #section;
  #near = new IntersectionObserver((entries) => this.#came(entries), { rootMargin: NEAR });
  #queue = Promise.resolve();
  #keys = {};
  #texts = new WeakMap();
  #markdown = null;
  #timer = null;

  constructor(section) {
    this.#section = section;
  }

  /** What the site says of the account keys of those who wrote comments, by their uids. */
  learnKeys(keys) {
    Object.assign(this.#keys, keys);
  }

  /** Opens the row when it comes near the screen. */
  watch(row) {
    if (!("opening" in row.dataset)) {
      this.#near.observe(row);
    }
  }

  /** The text of a row that was opened, or null. */
  textOf(row) {
    return this.#texts.get(row) ?? null;
  }

  #came(entries) {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) {
        this.#near.unobserve(target);
        target.dataset.opening = "";
        this.#queue = this.#queue.then(() => this.#show(target));
      }
    }
  }

  async #show(row) {
    if (!row.isConnected) {
      return;
    }
    try {
      const { body, author } = await this.#open(row);
      this.#texts.set(row, body);
      this.#trust(row, author);
      await this.#render(row, body);
    } catch (error) {
      this.#refuse(row, error);
    }
  }

  async #open(row) {
    const account = document.body.dataset.user;
    const { comment, author, revision, parent = null } = row.dataset;
    const { post, group } = this.#section.dataset;
    // The place comes from the page, not from what came along with the ciphertext.
    const place = { post, group, comment, author, revision: Number(revision), parent };
    const sealed = JSON.parse(row.querySelector('script[type="application/json"]').textContent);
    return withThread({ account, post }, () => keyring.prepare(account, "openComment", place, sealed, this.#keys[author] ?? null));
  }

  async #render(row, body) {
    clearTimeout(this.#timer);
    this.#markdown ??= await loadMarkdown();
    const place = row.querySelector("[data-comment-text]");
    const host = document.createElement("div");
    host.append(document.importNode(this.#section.querySelector('[data-part="typed"]').content, true));
    place.before(host);
    await this.#markdown.show(body, { host, place, scope: `comment-${row.dataset.comment}-` });
    this.#timer = setTimeout(() => this.#rest(), IDLE);
  }

  #rest() {
    this.#markdown?.end();
    this.#markdown = null;
  }

  // In place of trust, never in place of the text.
  #trust(row, author) {
    const { signed, reason } = author;
    row.dataset.signed = signed;
    const words = wordsOfTrust(this.#section, row.querySelector("bdi").textContent, author);
    const isQuiet = signed === "yes" && reason !== "lost";
    const place = row.querySelector(isQuiet ? "[data-comment-signed]" : "[data-comment-trust]");
    (place.querySelector("p") ?? place).replaceChildren(words ?? "");
    place.hidden = false;
  }

  #refuse(row, error) {
    const isPassing = ["NotLoaded", "Unavailable", "Offline", "Outdated"].includes(error.name);
    row.querySelector("[data-comment-text]").replaceChildren(message(this.#section, isPassing ? "not-loaded" : "comment-damaged") ?? "");
  }
}

/** What `act` gives, once the keyring has opened the post: it keeps the secret of the comments in memory alone. */
export async function withThread({ account, post }, act) {
  try {
    return await act();
  } catch (error) {
    if (error.name !== "NoThread") {
      throw error;
    }
    // The worker started anew since the page opened its post.
    const members = await getJson(`/posts/${post}/envelope.json`, { promised: ["v", "wrapped_keys"] });
    const { group, author, revision } = document.querySelector("decrypted-post").dataset;
    await keyring.openEnvelope(account, { ...members, post, group, author, revision: Number(revision) });
    return act();
  }
}
