// Drafts from files in Markdown.
import { MAX_TITLE } from "../crypto/documents.js";
import { plainLine } from "../crypto/lines.js";
import { DRAFT, saveDraft } from "./drafts.js";
import { bytesLeft } from "./limits.js";

// What other programs write above a text, between lines of hyphens.
const MATTER = /^---\r?\n([^]*?)\r?\n---\r?\n/;
const TITLE = /^title:\s*(["']?)(.*)\1\s*$/m;

/** The file is no text in UTF-8, or too large for one. */
class NoText extends Error {
  name = "NoText";
}

/** {id} of a draft that is made of a file and kept in this browser; NoText, or the errors of `saveDraft`. */
export async function addMarkdown(account, file) {
  const id = crypto.randomUUID();
  const draft = { ...draftOf(await textOf(file), file.name), slug: "", base: 0, post: id, sent: [], keptAt: Date.now() };
  await saveDraft(account, DRAFT + id, draft);
  return { id };
}

/** {title, body}: the title is that of the front matter, the first heading, or the file's name. */
export function draftOf(text, name) {
  const [matter = "", members = ""] = MATTER.exec(text) ?? [];
  const rest = text.slice(matter.length).trim();
  const titled = titleIn(members);
  const [line] = rest.split("\n", 1);
  const headed = !titled && line.startsWith("# ") ? line.slice(2) : null;
  const title = plainLine(titled ?? headed ?? name.replace(/\.[a-z]+$/i, "")).trim();
  return { title: [...title].slice(0, MAX_TITLE).join(""), body: headed === null ? rest : rest.slice(line.length).trim() };
}

// Between double quotes YAML writes most of what has to be written otherwise as JSON does.
function titleIn(members) {
  const [, quote, titled] = TITLE.exec(members) ?? [];
  try {
    return quote === '"' ? JSON.parse(`"${titled}"`) : titled;
  } catch {
    return titled;
  }
}

async function textOf(file) {
  const bytes = file.size > 2 << 20 ? null : await file.arrayBuffer();
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes).toWellFormed();
    if (bytes && bytesLeft(text) >= 0 && !text.includes("\0")) {
      return text;
    }
  } catch {
    // It is something else.
  }
  throw new NoText();
}
