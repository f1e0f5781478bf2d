// A text in Markdown as parts that a page can clean and insert one after the other. Runs in the Markdown worker.
// A part is {html} of some blocks, or {typed}: a piece of a block as its author typed it. A page would take too long to
// lay such a block out.
import MarkdownIt from "../../vendor/markdown.js";
import { headingLinks, imagesAsLinks, webAddresses } from "./markdown_links.js";
import { FILE, LINK, piecesOf, sizeOf } from "./texts.js";

// What a browser can lay out of one block in a moment: elements, as many inside each other, characters (those that
// change their direction at every word take four times as long when they are twice as many), and the sum of the squares
// of its words' lengths, since the same is true of one word of hyphens or accents.
const MOST = { elements: 5_000, levels: 100, characters: 25_000, labour: 2_000 ** 2 };
const MOST_IN_ALL = 100_000; // elements of a text
const ENOUGH = { elements: 1_000, characters: 10_000, blocks: 200 }; // a part of that size takes no further block
const TAG = /<(\/?)([a-z]\w*)/g;
const EMPTY_ELEMENTS = ["br", "hr"];
// Between Chinese or Japanese characters a line may break everywhere, as at a space.
const WORD = /[^\s\p{Script=Han}\p{Script=Hira}\p{Script=Kana}]+/gu;

// Footnotes are a block each, and those of one part one list.
const BETWEEN_NOTES = /<\/ol>\n<ol start="\d+">\n(?=<li id="note-)/g;

// markdown-it drops what is nested deeper than maxNesting, so a block reaches MOST.levels long before that.
export const markdown = new MarkdownIt({ breaks: true, html: false, linkify: true, maxNesting: 3 * MOST.levels });
markdown.linkify = webAddresses;
markdown.validateLink = (address) => LINK.test(address) || FILE.test(address);
markdown.use(headingLinks).use(imagesAsLinks);
markdown.core.ruler.push("secureblogs", adapt);

/**
 * {parts, isWhole, outline, languages, minutes}: `isWhole` if no part is as its author typed it; `outline` has the {id,
 * level, words} of the headings; `languages` that of each piece of code in the parts, as its author named it or "";
 * `minutes` is how long it takes to read.
 */
export function partsOf(text) {
  const parts = new Parts(text.split(/\r\n?|\n/));
  const environment = {};
  const [outline, languages] = [[], []];
  for (const block of blocksIn(markdown.parse(text, environment))) {
    if (parts.add(linesOf(block), markdown.renderer.render(block, markdown.options, environment))) {
      outline.push(...headingOf(block));
      languages.push(...block.filter(({ type }) => ["fence", "code_block"].includes(type)).map(languageOf));
    }
  }
  return { ...parts.finish(), outline, languages, minutes: sizeOf(text).minutes };
}

class Parts {
  #lines;
  #all = [];
  #isWhole = true;
  #elements = 0;
  #last = null; // the size of the last part, if that can take a further block
  #typed = null; // the lines of the blocks that wait to be added as typed: from, to

  constructor(lines) {
    this.#lines = lines;
  }

  /** Adds the next block: its first line and the line after it, and its HTML. Whether it is laid out. */
  add([from, to], html) {
    const block = measure(html);
    this.#elements += block.elements;
    if (Object.keys(MOST).some((name) => block[name] > MOST[name]) || this.#elements > MOST_IN_ALL) {
      this.#typed = [this.#typed?.[0] ?? from, to];
      return false;
    }
    this.#addTyped();
    if (this.#last === null) {
      this.#all.push({ html: "" });
      this.#last = { elements: 0, characters: 0, blocks: 0 };
    }
    this.#all.at(-1).html += html;
    this.#last.elements += block.elements;
    this.#last.characters += block.characters;
    this.#last.blocks += 1;
    if (Object.keys(ENOUGH).some((name) => this.#last[name] >= ENOUGH[name])) {
      this.#last = null;
    }
    return true;
  }

  finish() {
    this.#addTyped();
    const parts = this.#all.map((part) => (part.html ? { html: part.html.replace(BETWEEN_NOTES, "") } : part));
    return { parts, isWhole: this.#isWhole };
  }

  #addTyped() {
    if (this.#typed) {
      const pieces = piecesOf(this.#lines.slice(...this.#typed).join("\n"));
      this.#all.push(...pieces.map((typed) => ({ typed })));
      this.#isWhole = false;
      this.#typed = this.#last = null;
    }
  }
}

// The tokens of each block of the text that is in no other block.
function* blocksIn(tokens) {
  let start = 0;
  for (const [at, { level, nesting }] of tokens.entries()) {
    if (level === 0 && nesting <= 0) {
      yield tokens.slice(start, at + 1);
      start = at + 1;
    }
  }
}

// The first line and the line after the last one. A footnote stands at the end, and its lines elsewhere.
function linesOf(block) {
  const maps = block.flatMap(({ map }) => (map ? [map] : []));
  return block[0].map ?? [maps[0]?.[0] ?? 0, maps.at(-1)?.[1] ?? 0];
}

function headingOf([{ type, tag, attrs }, content]) {
  if (type !== "heading_open") {
    return [];
  }
  const words = content.children.map((token) => token.content).join("");
  return [{ id: new Map(attrs).get("id"), level: Number(tag[1]), words }];
}

function languageOf({ info }) {
  return info.trim().split(/\s+/)[0].toLowerCase();
}

function measure(html) {
  let [elements, levels, depth] = [0, 0, 0];
  for (const [, isEnd, name] of html.matchAll(TAG)) {
    if (isEnd) {
      depth -= 1;
    } else {
      elements += 1;
      depth += EMPTY_ELEMENTS.includes(name) ? 0 : 1;
      levels = Math.max(levels, depth);
    }
  }
  const words = html.replace(/<[^>]*>/g, "");
  const labour = (words.match(WORD) ?? []).reduce((sum, word) => sum + word.length ** 2, 0);
  return { elements, levels, characters: words.length, labour };
}

function adapt(state) {
  const above = [];
  for (const [at, token] of state.tokens.entries()) {
    if (token.type === "heading_open") {
      nest(token, state.tokens[at + 2], above);
    }
    const alignment = /^text-align:(left|center|right)$/.exec(token.attrGet("style") ?? "");
    if (alignment) {
      token.attrs = [["align", alignment[1]]];
    }
  }
}

// The page has one h1, its title. Below it an outline skips no level, whichever the text begins with or leaves out.
function nest(opening, closing, above) {
  const level = Number(opening.tag[1]);
  while (above.at(-1) >= level) {
    above.pop();
  }
  above.push(level);
  opening.tag = closing.tag = `h${Math.min(6, above.length + 1)}`;
}
