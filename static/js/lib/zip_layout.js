// What stands in the pages of a zip: of a post with its files and comments, and of all posts. `words(name, values)` gives the
// words of lib/zip_making.js.
import { plainLine } from "../crypto/lines.js";
import { dayOf } from "./days.js";
import { sizeInWords } from "./file_words.js";
import { addressOf } from "./zip_names.js";
import { facts, list, node, pageText } from "./zip_pages.js";

/** The page of a post, which stands in a folder of its group's folder. */
export async function postPage({ title, day, author, group, signature, says, text, files, tags, comments }, words) {
  const shown = plainLine(title);
  return pageText(
    shown,
    facts(node("a", { href: "../../index.html" }, words("zip-all-posts"))),
    facts(words("zip-byline", { author, group, day: dayOf(day) })),
    facts(signature),
    ...says.map((each) => facts(each)),
    text,
    ...section(words("zip-files"), list(files.map((file) => fileLine(file, words)))),
    ...section(words("zip-tags"), list(tags.map(plainLine).filter(Boolean))),
    ...section(words("zip-comments"), comments.map((each) => commentOf(each, words))),
  );
}

/** The page that leads to all posts, and names what is not there. */
export async function indexPage(heading, { taken, left }, words) {
  const groups = [...new Set(taken.map(({ group }) => group))];
  const linesOf = (name) => taken.filter(({ group }) => group === name).map((row) => postLine(row, words));
  const posts = groups.flatMap((group) => section(plainLine(group), list(linesOf(group))));
  const missing = left.map(({ title, author, group, day, reason }) => [
    node("strong", {}, node("bdi", {}, plainLine(title))),
    ` · ${words("zip-byline", { author, group, day: dayOf(day) })} · ${reason}`,
  ]);
  return pageText(
    heading,
    facts(words("zip-lead", { day: dayOf(new Date()), total: taken.length })),
    ...posts,
    ...section(words("zip-left"), list(missing)),
  );
}

function section(heading, children) {
  return children.length ? [node("section", {}, node("h2", { dir: "auto" }, heading), ...children)] : [];
}

function postLine({ address, title, author, group, day }, words) {
  const link = node("a", { href: address, dir: "auto" }, title || day);
  return [link, ` · ${words("zip-byline", { author, group, day: dayOf(day) })}`];
}

function fileLine({ name, path, size, alt }, words) {
  const shown = plainLine(name);
  if (!path) {
    return words("zip-left-file", { name: shown });
  }
  return [node("a", { href: addressOf(path), dir: "auto" }, shown), ` ${sizeInWords(size)}`, ...(alt ? [` · ${plainLine(alt)}`] : [])];
}

function commentOf({ parent, author, written, text, signature }, words) {
  const attributes = { class: parent ? "answer" : null };
  if (!author) {
    return node("article", attributes, node("p", {}, words("zip-comment-deleted")));
  }
  const name = node("strong", {}, node("bdi", {}, author.name));
  const head = facts(name, ` · ${dayOf(written)}`);
  return node("article", attributes, head, text ?? node("p", {}, words("zip-left-comment", { name: author.name })), ...(signature ? [facts(signature)] : []));
}
