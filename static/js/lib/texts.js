// What the page and the Markdown worker both have to know about a text.
const LONGEST = 2_000; // UTF-16 units of a piece
const LOW_SURROGATE = /^[\udc00-\udfff]/;
const RIGHT_TO_LEFT = /[\p{Script=Hebr}\p{Script=Arab}\p{Script=Syrc}\p{Script=Thaa}\p{Script=Nkoo}\p{Script=Adlm}]/u;

/**
 * Where a link of a text may lead: to the web, a mail address, a telephone number, a page of this site, or a heading of
 * the same text. Browsers take "//host" and "/\host" for addresses on another host, so these are no pages of this site.
 */
export const LINK = /^(?:https?:\/\/|mailto:|tel:|\/(?![/\\])|#)/i;

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
