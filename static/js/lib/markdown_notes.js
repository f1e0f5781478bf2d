// Footnotes, as a plugin for markdown-it whose texts are taken apart into blocks. The Markdown worker loads it for a text
// that has some. A note is a list of one, and numbers are all that its id says.
import footnotes from "../../vendor/footnotes.js";

let isReading = false;

/** Has a MarkdownIt read footnotes from now on. */
export function readNotes(markdown) {
  if (!isReading) {
    isReading = true;
    markdown.use(footnotes);
    markdown.core.ruler.before("footnote_tail", "notes_side_by_side", placeSideBySide);
    markdown.core.ruler.after("footnote_tail", "notes_as_blocks", makeBlocks);
    Object.assign(markdown.renderer.rules, RULES);
  }
  return true;
}

const RULES = {
  footnote_ref: (tokens, at) => `<sup><a href="#${idOf(tokens[at])}" id="${placeOf(tokens[at])}">${numberOf(tokens[at])}</a></sup>`,
  footnote_open: (tokens, at) => {
    const rule = numberOf(tokens[at]) === 1 ? "<hr>\n" : "";
    return `${rule}<ol start="${numberOf(tokens[at])}">\n<li id="${idOf(tokens[at])}">`;
  },
  footnote_anchor: (tokens, at) => ` <a href="#${placeOf(tokens[at])}">\u21a9\ufe0e</a>`,
  footnote_close: () => "</li>\n</ol>\n",
};

const numberOf = ({ meta }) => meta.id + 1;
const idOf = (token) => `note-${numberOf(token)}`;
// Where a note is referred to; several times, perhaps.
const placeOf = (token) => `${idOf(token)}-from-${(token.meta.subId ?? 0) + 1}`;

// The library loses what follows a note that stands within another one.
function placeSideBySide(state) {
  const [tokens, open] = [[], []];
  for (const token of state.tokens) {
    if (token.type === "footnote_reference_open") {
      open.push([]);
    }
    (open.at(-1) ?? tokens).push(token);
    if (token.type === "footnote_reference_close") {
      for (const each of open.pop()) {
        tokens.push(each);
      }
    }
  }
  state.tokens = tokens;
}

// Each note becomes a block that is in no other one.
function makeBlocks(state) {
  const start = state.tokens.findIndex(({ type }) => type === "footnote_block_open");
  if (start >= 0) {
    const notes = state.tokens.slice(start + 1, -1);
    for (const token of notes) {
      token.level += Number(!["footnote_open", "footnote_close"].includes(token.type));
    }
    state.tokens = state.tokens.slice(0, start).concat(notes);
  }
}
