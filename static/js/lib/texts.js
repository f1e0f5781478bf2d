// What the page and the Markdown worker both have to know about a text.
const LONGEST = 2_000; // UTF-16 units of a piece
const LOW_SURROGATE = /^[\udc00-\udfff]/;
const RIGHT_TO_LEFT = /[\p{Script=Hebr}\p{Script=Arab}\p{Script=Syrc}\p{Script=Thaa}\p{Script=Nkoo}\p{Script=Adlm}]/u;

/**
 * Where a link of a text may lead: to the web, a mail address, a telephone number, a page of this site, or a heading of
 * the same text. Browsers take "//host" and "/\host" for addresses on another host, so these are no pages of this site.
 */
export const LINK = /^(?:https?:\/\/|mailto:|tel:|\/(?![/\\])|#)/i;

/** How a text names a picture or a file of its own. */
export const FILE = /^file:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** "rtl" or "ltr": the direction of a text's first letter, which dir="auto" would find, too. */
export function directionOf(text) {
  const [letter = ""] = /\p{L}/u.exec(text) ?? [];
  return RIGHT_TO_LEFT.test(letter) ? "rtl" : "ltr";
}

/** The pieces of a text, each a block of its own: cut at the end of a line, else at a space, else anywhere. */
export function piecesOf(text) {
  const pieces = [];
  let start = 0;
  while (text.length - start > LONGEST) {
    const piece = text.slice(start, start + LONGEST);
    const line = piece.lastIndexOf("\n");
    const space = piece.lastIndexOf(" ");
    const isPair = LOW_SURROGATE.test(text[start + LONGEST]);
    const end = line > 0 ? line : space > 0 ? space + 1 : LONGEST - Number(isPair);
    pieces.push(piece.slice(0, end));
    // The next block begins in a new line anyway.
    start += end === line ? end + 1 : end;
  }
  return [...pieces, text.slice(start)];
}

// A run of letters and digits, or one Chinese or Japanese character.
const CHARACTER = /[\p{Script=Han}\p{Script=Hira}\p{Script=Kana}]/gu;
const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}'\u2019]*/gu;
const ADDRESS_OF_FILE = /\(file:[0-9a-f-]{36}\)/g;
const A_MINUTE = { words: 230, characters: 400 };

/** {words, minutes}: how many words a text has, a Chinese character being one, and how long it takes to read. */
export function sizeOf(text) {
  const characters = text.match(CHARACTER)?.length ?? 0;
  const words = text.replace(ADDRESS_OF_FILE, " ").replace(CHARACTER, " ").match(WORD)?.length ?? 0;
  return {
    words: words + characters,
    minutes: Math.ceil(words / A_MINUTE.words + characters / A_MINUTE.characters),
  };
}

/** Whether a text may have footnotes. */
export const hasNotes = (text) => /\[\^|\^\[/.test(text);

// Headings, footnotes and tasks, in HTML.
const MORE = / id="|<li>\s*(?:<p>)?\[[ xX]\] /;

/** Whether a text that was taken apart has nothing for prose.js to do. */
export function isPlain({ parts, languages }) {
  return !languages.some(Boolean) && !parts.some(({ html = "" }) => MORE.test(html));
}
