// Words of a text, as a search finds them; of scripts that write no spaces those that `Intl.Segmenter` knows.

const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}'’]*/gu;
// Letters of scripts without spaces: Chinese, Japanese, Thai and their neighbours.
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]+/gu;
const WITHOUT_MARKS = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}\p{M}'’]+$/u;
const LETTER = /[\p{L}\p{N}\p{M}]/u;
// What is longer is found by its beginning: an author may write a word of a megabyte.
const LONGEST_WORD = 64; // UTF-16 units
// For each word of a run the segmenter copies all of the run.
const RUN_PARTS = /.{1,200}/gsu;
const EXCERPT = 240; // characters
const LOOKED_THROUGH = 20_000; // characters in which a word is looked for that stands there with accents
const BEFORE = 60; // of these before the first word that was found

let segmenter = null;

/** A word as it is compared: without capitals, and without accents where a script does without them. */
export function normal(word) {
  const plain = word.slice(0, LONGEST_WORD).normalize("NFKD").toLowerCase();
  return WITHOUT_MARKS.test(plain) ? plain.replace(/\p{M}/gu, "") : plain.normalize("NFC");
}

// {at, text, isRun} of the words of a text in their order, and of the runs of letters without a space.
function piecesOf(text) {
  return [...text.matchAll(WORD)].flatMap(({ 0: word, index }) => {
    const pieces = [];
    let end = 0;
    for (const run of word.matchAll(UNSPACED)) {
      run.index > end && pieces.push({ at: index + end, text: word.slice(end, run.index) });
      pieces.push({ at: index + run.index, text: run[0], isRun: true });
      end = run.index + run[0].length;
    }
    end < word.length && pieces.push({ at: index + end, text: word.slice(end) });
    return pieces;
  });
}

function segmentsOf(run) {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "word" });
  return run.match(RUN_PARTS).flatMap((part) => [...segmenter.segment(part)].map(({ segment }) => segment));
}

/** The words that somebody typed. */
export function wordsOf(text) {
  return piecesOf(text).flatMap((piece) => (piece.isRun ? segmentsOf(piece.text) : [piece.text]));
}

/** The words by which a text is found. Of a run also its letters and pairs: who types may cut it at another place. */
export function wordsToFind(text) {
  return piecesOf(text).flatMap((piece) => (piece.isRun ? partsOf(piece.text) : [piece.text]));
}

function partsOf(run) {
  const letters = [...run];
  const pairs = letters.slice(1).map((letter, at) => letters[at] + letter);
  return [...new Set([...segmentsOf(run), ...letters, ...pairs])];
}

/**
 * [[part, whether it was found]] of a text. `found` has the normal forms of words as they stand in it; in a run, of what
 * was looked for.
 */
export function marked(text, found) {
  const parts = [];
  let end = 0;
  for (const [from, to] of foundIn(text, found)) {
    const last = parts.at(-1);
    if (last && from <= end) {
      last[0] += text.slice(end, Math.max(end, to));
    } else {
      parts.push([text.slice(end, from), false], [text.slice(from, to), true]);
    }
    end = Math.max(end, to);
  }
  return [...parts, [text.slice(end), false]].filter(([part]) => part);
}

/** The same of the part of a long text that has the first of them. */
export function excerpt(text, found) {
  const from = Math.max(0, firstOf(text, found) - BEFORE);
  const space = from === 0 ? -1 : text.indexOf(" ", from);
  const begin = space >= 0 && space < from + BEFORE ? space + 1 : from;
  const part = text.slice(begin, begin + EXCERPT).toWellFormed();
  return marked((begin ? "… " : "") + part + (begin + EXCERPT < text.length ? " …" : ""), found);
}

// Where the first of the words stands, 0 if that can't be told in a moment. As they are typed they are found quickly.
function firstOf(text, found) {
  const places = [...found].map((word) => placeOf(text, word)).filter((at) => at >= 0);
  return places.length ? Math.min(...places) : (foundIn(text.slice(0, LOOKED_THROUGH), found)[0]?.[0] ?? 0);
}

// It has letters, digits and marks alone.
function placeOf(text, word) {
  const isRun = isUnspaced(word);
  for (const { index } of text.matchAll(new RegExp(word, "giu"))) {
    if (isRun || !LETTER.test(text.charAt(index - 1))) {
      return index;
    }
  }
  return -1;
}

// [[from, to]], in their order.
function foundIn(text, found) {
  const inRun = [...found].filter((word) => word.match(UNSPACED)).toSorted((one, other) => other.length - one.length);
  return piecesOf(text).flatMap(({ at, text: piece, isRun }) => {
    if (!isRun) {
      return found.has(normal(piece)) ? [[at, at + piece.length]] : [];
    }
    const places = inRun.flatMap((word) => [...piece.matchAll(word)].map(({ index }) => [at + index, at + index + word.length]));
    return places.toSorted(([one], [other]) => one - other);
  });
}

/** What a text in Markdown says, as far as that is words: without addresses, and without the signs that set it. */
export function plainText(markdown) {
  return markdown
    .replace(/!?\[([^[\]]*)\]\([^()]*\)/g, "$1")
    .replace(/<?\bhttps?:\/\/\S+/g, " ")
    .replace(/\[\^[^\]\s]{1,99}\]:?/g, "")
    .replace(/^[ \t|:-]+$/gm, "")
    .replace(/^ {0,3}(?:#{1,6}|>|[-*+]|\d+[.)]|```.*|~~~.*)(?=\s|$)/gm, "")
    .replace(/[*`~|\\]+|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** Whether a word is of a script that writes no spaces. */
export const isUnspaced = (word) => word.match(UNSPACED) !== null;
