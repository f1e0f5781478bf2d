// The colours of code, in the Markdown worker, which loads this for a text with code in a named language.
import highlighter from "../../vendor/highlight.js";

const MOST = 5_000; // elements of a block
// The library's scopes that get a colour of their own; all others have that of what they stand in.
const COLOURS = {
  ...named("keyword", "keyword selector-tag name section meta doctag"),
  ...named("string", "string regexp char symbol link addition"),
  ...named("comment", "comment quote deletion"),
  ...named("name", "title attr attribute property variable selector-class selector-id built_in type"),
  ...named("number", "number literal bullet"),
  ...named("", "subst"),
};
// What the library writes: an element's first class, the end of an element, or text.
const HTML = /<span class="(?:hljs-)?([\w-]+)[^>]*>|(<\/span>)|([^<]+)/g;
const CHARACTERS = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'" };

function named(colour, scopes) {
  return Object.fromEntries(scopes.split(" ").map((scope) => [scope, colour]));
}

export const isKnown = (language) => language !== "" && highlighter.getLanguage(language) !== undefined;

/** [colour or "", text] of each piece of the code, in order; null if it would have too many, or be another code. */
export function piecesOfCode(code, language) {
  const pieces = [];
  const colours = [""];
  const { value } = highlighter.highlight(code, { language, ignoreIllegals: true });
  for (const [, scope, isEnd, text] of value.matchAll(HTML)) {
    if (scope) {
      colours.push(Object.hasOwn(COLOURS, scope) ? COLOURS[scope] : colours.at(-1));
    } else if (isEnd) {
      colours.pop();
    } else {
      pieces.push([colours.at(-1), text.replace(/&[#\w]+;/g, (name) => CHARACTERS[name])]);
    }
  }
  const isSame = pieces.map(([, text]) => text).join("") === code;
  return isSame && pieces.filter(([colour]) => colour).length <= MOST ? pieces : null;
}
