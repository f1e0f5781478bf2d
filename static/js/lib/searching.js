// Searching what a person can read, in a page: the keyring's worker has the index, which lib/indexing.js brings up to date. Not a
// word of it goes to the site.
import { withLocalKey } from "./drafts.js";
import { bringUpToDate, listReadable } from "./indexing.js";
import * as keyring from "./keyring.js";

export class PostIndex {
  #account;
  #tags = new Map();
  /** What the site says of the posts that can be read, by uid, newest first: `post`, `revision`, `at`, `group`, `author`. */
  posts = new Map();
  /** The names of those who wrote comments, by uid. */
  people = new Map();

  constructor(account) {
    this.#account = account;
  }

  /** The posts that can be searched, each with its `tags`, newest first. */
  get searched() {
    return [...this.posts.values()].flatMap((row) => (this.#tags.has(row.post) ? { ...row, tags: this.#tags.get(row.post) } : []));
  }

  /** Brings the index up to date, and calls `told()` after each step. */
  async update(told) {
    await keyring.loadAccount(this.#account);
    Object.assign(this, await listReadable());
    const tell = async () => {
      await this.#takeIn(told);
      told();
    };
    // What this browser kept before comes first.
    await tell();
    await bringUpToDate(this.#account, this.posts, tell);
  }

  /** {total, found} as `searchPosts` in lib/keyring_search.js says. */
  search(asked) {
    return keyring.prepare(this.#account, "searchPosts", asked);
  }

  close() {
    this.#tags.clear();
    return keyring.prepare(this.#account, "closeIndex");
  }

  async #takeIn(told) {
    for (let isMore = true; isMore;) {
      const opened = await withLocalKey(this.#account, "openIndex");
      ({ isMore } = opened);
      this.#tags = new Map(Object.entries(opened.tags).map(([id, tags]) => [id.split("/")[0], tags]));
      isMore && told();
    }
  }
}
