// What comes into a zip of a post, opened by the keyring's worker: its text, its comments and its files, one after the other.
import { HttpError, getJson, getPage } from "./http.js";
import { download } from "./files.js";
import * as keyring from "./keyring.js";
import { isFault, patiently } from "./patiently.js";

// It would be no better with the next post.
const OF_THIS_PAGE = ["SessionEnded", "SomebodyElse", "Unavailable", "Outdated", "NotLoaded", "NoThread", "AbortError"];
const UNFINISHED = ["queued", "failed"];
const AGAIN = 2; // times that the site is asked for what it failed at
const MOST_FAULTS = 5; // in a row: a site that fails at everything is asked once for each of the rest

/** A post is not in the zip; `reason` is the name of the message that says why. */
export class LeftOut extends Error {
  name = "LeftOut";

  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

export class PostOpener {
  #account;
  #signal;
  #waiting;
  #faults = 0;

  /** `waiting()` hears that the site can't be reached. */
  constructor(account, { signal, waiting }) {
    this.#account = account;
    this.#signal = signal;
    this.#waiting = waiting;
  }

  /** All rows of a list at this address. */
  async list(address) {
    const rows = [];
    for (let next = "?"; next;) {
      const page = await this.#ask(() => getJson(address + next, { promised: ["posts", "next"] }));
      rows.push(...page.posts);
      ({ next } = page);
    }
    return rows;
  }

  /** What `openEnvelope` of lib/keyring_posts.js gives, and the `revision`; LeftOut. */
  async open({ post, group, author, state, is_readable: isReadable }) {
    if (!isReadable) {
      throw new LeftOut(UNFINISHED.includes(state) ? "zip-left-unfinished" : "zip-left-no-key");
    }
    try {
      const members = await this.#ask(() => getJson(`/posts/${post}/envelope.json`, { promised: ["v", "revision", "wrapped_keys"] }));
      // The place comes from the list, not from what came along with the ciphertext.
      const place = { post, group: group.uid, author: author.uid };
      return { ...(await keyring.openEnvelope(this.#account, { ...members, ...place })), revision: members.revision };
    } catch (error) {
      throw whyLeftOut(error);
    }
  }

  /**
   * {found, isAll}: the comments of an opened post, each before its answers, as far as the site gives them; LeftOut. One that was
   * deleted has no `author`, and one that does not open no `opened`.
   */
  async comments({ post, group }) {
    const found = [];
    for (let query = "?"; query;) {
      const page = await this.#ask(() => getPage(`/posts/${post}/comments/${query}`)).catch((error) => {
        if (!isFault(error)) {
          throw whyLeftOut(error);
        }
      });
      if (!page) {
        return { found, isAll: false };
      }
      const keys = JSON.parse(page.getElementById("comment-keys").textContent);
      const list = page.querySelector("[data-comment-list]");
      for (const line of list.children) {
        found.push(await this.#comment(line, { post, group: group.uid }, keys));
      }
      query = list.dataset.next;
    }
    return { found, isAll: true };
  }

  /** The file of an entry of a document, as a Blob; null for one that is gone, does not open, or that the site fails to give. */
  async file({ post, author }, entry) {
    try {
      return await this.#ask(() => download(entry, { post, author: author.uid, signal: this.#signal }));
    } catch (error) {
      if (error.name === "CannotOpen" || error.status === 404 || isFault(error)) {
        return null;
      }
      throw error;
    }
  }

  async #comment(line, { post, group }, keys) {
    const { comment, author, revision, parent = null } = line.dataset;
    if (!comment) {
      return { uid: line.id, parent: null };
    }
    const place = { post, group, comment, author, revision: Number(revision), parent };
    const sealed = JSON.parse(line.querySelector('script[type="application/json"]').textContent);
    const said = {
      uid: comment,
      parent,
      author: { uid: author, name: line.querySelector("bdi").textContent },
      written: line.querySelector("time").dateTime,
      revision: Number(revision),
    };
    const opened = await keyring.prepare(this.#account, "openComment", place, sealed, keys[author] ?? null).catch((error) => {
      if (OF_THIS_PAGE.includes(error.name)) {
        throw error;
      }
      return null;
    });
    return { ...said, opened };
  }

  async #ask(act) {
    const again = this.#faults < MOST_FAULTS ? AGAIN : 0;
    try {
      const answer = await patiently(act, { waiting: this.#waiting, signal: this.#signal, again });
      this.#faults = 0;
      return answer;
    } catch (error) {
      this.#faults = isFault(error) ? this.#faults + 1 : 0;
      throw error;
    }
  }
}

function whyLeftOut(error) {
  if (OF_THIS_PAGE.includes(error.name)) {
    return error;
  }
  if (isFault(error)) {
    return new LeftOut("zip-left-failed");
  }
  if (error instanceof HttpError) {
    const reasons = { 404: "zip-left-gone", 409: "zip-left-unfinished" };
    return error.status in reasons ? new LeftOut(reasons[error.status]) : error;
  }
  return new LeftOut(error.name === "NoKeyHere" ? "zip-left-key-elsewhere" : "zip-left-damaged");
}
