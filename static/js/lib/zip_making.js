// The entries of a zip of posts, for client-zip: each {name, input, lastModified}, made when it is its turn, so that one post
// and one file are in memory at a time. What does not open is named, in the index and to the caller.
import { plainLine } from "../crypto/lines.js";
import { message } from "./messages.js";
import { pictureType, SHOWN } from "./picture_types.js";
import { wordsOfTrust } from "./trust.js";
import { indexPage, postPage } from "./zip_layout.js";
import { addressOf, Names } from "./zip_names.js";
import { LeftOut } from "./zip_posts.js";
import { TextCopier } from "./zip_rendering.js";
import { commentFile, postFile } from "./zip_texts.js";

export class ZipMaker {
  #host;
  #opener;
  #told;
  #copier;
  #root = new Names();
  #groups = new Map();
  /** What is in it, and what is not: {title, author, group, day, reason}, the reason in words. */
  taken = [];
  left = [];

  /** `host` has the words; `told(done)` hears how many posts are done. */
  constructor(host, opener, told) {
    this.#host = host;
    this.#opener = opener;
    this.#told = told;
    this.#copier = new TextCopier(host.querySelector("[data-bench]"));
    this.#root.ofFile("index.html");
  }

  async *entries(rows, heading) {
    try {
      for (const [at, row] of rows.entries()) {
        yield* this.#post(row);
        this.#told(at + 1);
      }
      const input = await indexPage(heading, this, (name, values) => this.#words(name, values));
      yield { name: "index.html", input, lastModified: new Date() };
    } finally {
      this.#copier.end();
    }
  }

  async *#post(row) {
    const lastModified = new Date(row.published ?? row.at);
    const post = { ...factsOf(row), folder: null };
    try {
      const opened = await this.#opener.open(row);
      const comments = row.comments > 0 && opened.thread ? await this.#opener.comments(row) : { found: [], isAll: true };
      post.folder = this.#folder(row, opened.title, post.day);
      const files = [];
      for (const entry of this.#named(opened.files)) {
        const input = await this.#opener.file(row, entry);
        files.push({ ...entry, path: input && entry.path, isShown: input && SHOWN.includes(await pictureType(input)) });
        input ? yield { name: `${post.folder}/${entry.path}`, input, lastModified } : this.#leave(post, "zip-left-file", entry.name);
      }
      const texts = this.#texts(row, post, { opened, comments, files });
      for await (const [name, input] of texts) {
        yield { name: `${post.folder}/${name}`, input, lastModified };
      }
      this.taken.push({ ...post, title: plainLine(opened.title), address: addressOf(`${post.folder}/post.html`) });
    } catch (error) {
      if (!(error instanceof LeftOut)) {
        throw error;
      }
      this.#leave(post, error.reason);
    }
  }

  // The files of a post with the paths that they are to have.
  #named(files) {
    const names = new Names();
    return files.map((file) => ({ ...file, path: `files/${names.ofFile(file.name, "file")}` }));
  }

  async *#texts(row, post, { opened, comments, files }) {
    const says = this.#saysOf(row, opened);
    if (!comments.isAll) {
      says.push(this.#words("zip-left-comments"));
      this.#leave(post, "zip-left-comments");
    }
    const signed = this.#signed(row.author.name, opened.author);
    yield ["post.md", postFile(row, opened, { signed, says, files })];
    const said = [];
    for (const [at, comment] of comments.found.entries()) {
      said.push({ ...comment, ...(await this.#comment(comment, at)) });
      if (comment.opened) {
        yield [`comments/${String(at + 1).padStart(4, "0")}.md`, commentFile(comment, this.#signed(comment.author.name, comment.opened.author))];
      } else if (comment.author) {
        this.#leave(post, "zip-left-comment", comment.author.name);
      }
    }
    const text = await this.#copier.copy(opened.body, { files });
    const { title, tags } = opened;
    const shown = { ...post, title, tags, signature: signed.signature, says, files, text, comments: said };
    yield ["post.html", await postPage(shown, (name, values) => this.#words(name, values))];
  }

  async #comment({ author, opened }, at) {
    const text = opened && (await this.#copier.copy(opened.body, { scope: `comment-${at + 1}-` }));
    return { text, signature: opened && this.#signed(author.name, opened.author).signature };
  }

  // What the keyring says of the signature: a word for the front matter, a sentence for the page.
  #signed(name, author) {
    return { signed: author.signed, signature: sentence(wordsOfTrust(this.#host, name, author)) };
  }

  // What the author's browser and the site say differently.
  #saysOf(row, { title, seen, revision }) {
    const says = [];
    plainLine(title) === row.title || says.push(this.#words("zip-title-differs", { title: row.title }));
    seen > revision && says.push(this.#words("zip-older"));
    return says;
  }

  #folder({ group }, title, day) {
    if (!this.#groups.has(group.uid)) {
      this.#groups.set(group.uid, { folder: this.#root.ofFolder(group.name, "group"), names: new Names() });
    }
    const { folder, names } = this.#groups.get(group.uid);
    return `${folder}/${names.ofFolder(`${day} ${title}`, day)}`;
  }

  #leave(post, reason, name = "") {
    this.left.push({ ...post, reason: this.#words(reason, { name: plainLine(name) }) });
  }

  #words(name, values) {
    return sentence(message(this.#host, name, values));
  }
}

function factsOf({ title, at, published, author, group }) {
  return { title, day: (published ?? at).slice(0, 10), author: author.name, group: group.name };
}

function sentence(words) {
  return words.textContent.replace(/\s+/g, " ").trim();
}
