// <post-search>: searches what its person can read. `input[type=search]` takes what is looked for, and `select[data-filter]`
// (group, author, tag, days) narrow it down; none of it is sent. Results are those of lib/search_results.js in `[data-results]`,
// and `[data-count]` says how many posts there are. `progress` shows how far the index is. Sets data-ready once there is
// something to search in. Messages: building {done, total}, ready {total}, some-closed {number}, no-key-here, not-kept,
// failed; and for the count found {total}, most {total, shown}, nothing.
import * as keyring from "../lib/keyring.js";
import { message, said, say } from "../lib/messages.js";
import { resultRow } from "../lib/search_results.js";
import { PostIndex } from "../lib/searching.js";

// After news of keys, and after `news.missed`, key:looked says that the keys in memory are those of now.
const CHANGES = "post.published post.revised post.deleted comment.changed membership.ended read_request.approved key:looked";
const ENDS = "browser.removed browser.forgotten session.ended";
const A_DAY = 24 * 60 * 60_000;

class PostSearch extends HTMLElement {
  #account = document.body.dataset.user;
  #index = null;
  #connection = null;
  #asked = 0;
  #updating = null;
  #isOver = false;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    this.#index = new PostIndex(this.#account);
    this.addEventListener("submit", (event) => event.preventDefault(), { signal });
    this.addEventListener("input", () => this.#search(), { signal });
    CHANGES.split(" ").forEach((name) => document.addEventListener(name, () => this.#update(), { signal }));
    ENDS.split(" ").forEach((name) => document.addEventListener(name, () => this.#close(), { signal }));
    this.#update();
  }

  disconnectedCallback() {
    this.#connection.abort();
  }

  // One after the other: what comes in the middle of one is seen by the next.
  #update() {
    if (!this.#isOver) {
      this.#updating = (this.#updating ?? Promise.resolve()).then(() => this.#build()).catch((error) => this.#fail(error));
    }
  }

  async #build() {
    await this.#index.update(() => this.#offer());
    const [total, closed] = [this.#index.searched.length, this.#index.posts.size - this.#index.searched.length];
    this.querySelector("progress").hidden = true;
    const status = await keyring.loadAccount(this.#account);
    const isWithoutKey = total === 0 && ["other-key", "removed"].includes(status.state);
    this.#say(isWithoutKey ? "no-key-here" : closed ? "some-closed" : "ready", { total, number: closed });
  }

  // The person can search what the index has by now.
  #offer() {
    const { posts, people, searched } = this.#index;
    const bar = this.querySelector("progress");
    Object.assign(bar, { max: Math.max(posts.size, 1), value: searched.length, hidden: searched.length >= posts.size });
    if (searched.length < posts.size) {
      this.#say("building", { done: searched.length, total: posts.size });
    }
    this.#fill("group", searched.map(({ group }) => [group.slug, group.name]));
    this.#fill("author", [...searched.map(({ author }) => [author.uid, author.name]), ...people]);
    this.#fill("tag", searched.flatMap(({ tags }) => tags.map((tag) => [tag, tag])));
    this.dataset.ready = "";
    this.#search();
  }

  #fill(name, options) {
    const field = this.querySelector(`[data-filter=${name}]`);
    const chosen = field.value;
    const sorted = [...new Map(options)].toSorted(([, one], [, other]) => one.localeCompare(other));
    field.replaceChildren(field.options[0], ...sorted.map(([value, words]) => new Option(words, value)));
    field.value = sorted.some(([value]) => value === chosen) ? chosen : "";
    field.closest(".field").hidden = sorted.length === 0;
  }

  async #search() {
    this.#asked += 1;
    const asked = this.#asked;
    const typed = this.querySelector("input").value;
    const filters = [...this.querySelectorAll("[data-filter]")].filter(({ value }) => value);
    if (!typed.trim() && filters.length === 0) {
      this.#show(null);
      return;
    }
    const { group, author, tag, days } = Object.fromEntries(filters.map(({ dataset, value }) => [dataset.filter, value]));
    const rows = this.#index.searched.filter((row) => (!group || row.group.slug === group) && (!tag || row.tags.includes(tag)));
    const posts = rows.map(({ post, at, author: { uid } }) => ({ post, at, author: uid }));
    const since = days && Date.now() - Number(days) * A_DAY;
    const answer = await this.#index.search({ typed, posts, author, since }).catch(() => null);
    // Somebody typed on meanwhile.
    if (answer && asked === this.#asked) {
      this.#show(answer);
    }
  }

  #show(answer) {
    const count = this.querySelector("[data-count]");
    const { total = 0, found = [] } = answer ?? {};
    const { posts, people } = this.#index;
    // A post may have gone meanwhile.
    const rows = found.filter(({ post }) => posts.has(post)).map((one) => resultRow(this, one, { row: posts.get(one.post), people }));
    const words = total === 0 ? "nothing" : total > found.length ? "most" : "found";
    const shown = answer ? message(this, words, { total, shown: found.length }) : document.createDocumentFragment();
    // With each step of the index the search is made again, and a screen reader says what comes anew.
    count.textContent === shown.textContent || count.replaceChildren(shown);
    this.querySelector("[data-results]").replaceChildren(...rows);
  }

  #fail({ name }) {
    this.querySelector("progress").hidden = true;
    this.#isOver || this.#say(name === "Unavailable" ? "not-kept" : "failed");
  }

  async #close() {
    this.#isOver = true;
    this.querySelector("input").value = "";
    this.#show(null);
    await this.#index.close().catch(() => null);
    this.#say("no-key-here");
  }

  // How far each step is, nobody wants to hear.
  #say(name, values) {
    this.querySelector("[data-says]").ariaLive = name === "building" && said(this) === name ? "off" : "polite";
    say(this, name, values);
  }
}

customElements.define("post-search", PostSearch);
