// Texts in Markdown as they stand in a zip, with front matter above them: a line for each member, in YAML, each value as JSON
// has it, which YAML takes, too.
import { FILE } from "./texts.js";
import { addressOf } from "./zip_names.js";

const NAMED = /file:[0-9a-f-]{36}/g;
// JSON lets these stand, and YAML does not.
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** A file in Markdown. Members that are null are left out. */
export function markdownFile(members, body) {
  const known = Object.entries(members).filter(([, value]) => value !== null);
  const lines = known.map(([name, value]) => `${name}: ${quoted(value)}\n`);
  return `---\n${lines.join("")}---\n\n${body}\n`;
}

/** The same of a post, by its row of the list and what was opened; `signed` are members about its signature. */
export function postFile({ post, group, author, published }, opened, { signed, says, files }) {
  const members = {
    title: opened.title,
    post,
    revision: opened.revision,
    group: group.name,
    group_uid: group.uid,
    author: author.name,
    author_uid: author.uid,
    published,
    written: opened.time,
    tags: opened.tags,
    ...signed,
    careful: says.length ? says : null,
    files: files.length ? files.map(({ name, path, alt }) => ({ name, path, ...(alt && { alt }) })) : null,
  };
  return markdownFile(members, withPaths(opened.body, files));
}

/** The same of a comment, as lib/zip_posts.js has it; `signed` are members about its signature. */
export function commentFile({ uid, parent, author, written, revision, opened }, signed) {
  const members = { comment: uid, answers: parent, revision, author: author.name, author_uid: author.uid, written };
  return markdownFile({ ...members, ...signed }, opened.body);
}

/** The text with the paths of these files, {uid, path}, where it names them. */
export function withPaths(body, files) {
  const paths = new Map(files.filter(({ path }) => path).map(({ uid, path }) => [uid, path]));
  return body.replace(NAMED, (whole) => {
    const path = paths.get(FILE.exec(whole)?.[1]);
    return path ? addressOf(path) : whole;
  });
}

function quoted(value) {
  return JSON.stringify(value).replace(UNPRINTABLE, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
