// What becomes a link for markdown-it, and what links lead to.
import { FILE } from "./texts.js";

const START = /https?:\/\//i;
// An address goes on up to a space, a quotation mark, or Chinese or Japanese punctuation.
const ADDRESS = /https?:\/\/[^\s<>"`\u3000-\u303f\uff00-\uffef]{1,2000}/gi;
const LONGEST = 2_008;
const ENDS_SENTENCE = /[.,:;!?*_~'\u2019\u201d\u00bb]/;
const OPENED_BY = { ")": "(", "]": "[", "}": "{" };

/**
 * Pictures become links to them. A picture on another host would tell that host who reads what and when; one of the text's
 * own files is a link to "#picture-<uid>", and a link to a file one to "#file-<uid>", which lib/shown_files.js knows.
 */
export function imagesAsLinks(markdown) {
  const { escapeHtml } = markdown.utils;
  markdown.core.ruler.push("images_as_links", ({ tokens }) => {
    for (const { children } of tokens) {
      children && markThoseInLinks(children);
      children?.forEach(leadToFile);
    }
  });
  markdown.renderer.rules.image = (tokens, at, options, environment, renderer) => {
    const { attrs, children, meta } = tokens[at];
    const source = new Map(attrs).get("src");
    const file = FILE.exec(source)?.[1];
    const address = escapeHtml(source);
    const words = escapeHtml(renderer.renderInlineAsText(children, options, environment));
    if (meta?.isInLink || address.startsWith("#")) {
      return words;
    }
    return file ? `<a href="#picture-${file}">${words}</a>` : `<a href="${address}">${words || address}</a>`;
  };
}

function leadToFile(token) {
  const file = token.type === "link_open" && FILE.exec(token.attrGet("href"))?.[1];
  file && token.attrSet("href", `#file-${file}`);
}

// One pass over all of them: looking back from every picture took half a minute for a page of pictures.
function markThoseInLinks(children) {
  let depth = 0;
  for (const token of children) {
    if (token.type === "link_open") {
      depth += 1;
    } else if (token.type === "link_close") {
      depth -= 1;
    } else if (token.type === "image") {
      token.meta = { isInLink: depth > 0 };
    }
  }
}

/**
 * Headings get ids, and a link to "#the-words-of-a-heading" leads to that heading. A link to a heading that the text has
 * not becomes its words. Ids are numbers, since a browser keeps the addresses of a page in its history, on the disk, and
 * the words of a text may not get there.
 */
export function headingLinks(markdown) {
  markdown.core.ruler.push("heading_links", ({ tokens }) => {
    const ids = number(tokens);
    for (const token of tokens) {
      if (token.children) {
        token.children = follow(token.children, ids);
      }
    }
  });
}

// Gives each heading an id. A Map from the words of headings to ids; of equal headings the second one has "-1", ...
function number(tokens) {
  const [ids, times] = [new Map(), new Map()];
  let count = 0;
  for (const [at, token] of tokens.entries()) {
    if (token.type === "heading_open") {
      const words = wordsOf(tokens[at + 1].children.map(({ content }) => content).join(""));
      const earlier = times.get(words) ?? 0;
      count += 1;
      times.set(words, earlier + 1);
      ids.set(earlier ? `${words}-${earlier}` : words, `heading-${count}`);
      token.attrSet("id", `heading-${count}`);
    }
  }
  return ids;
}

function follow(children, ids) {
  let isDropped = false;
  return children.filter((token) => {
    const address = token.type === "link_open" ? token.attrGet("href") : "";
    if (address.startsWith("#")) {
      const id = ids.get(wordsOf(decoded(address.slice(1))));
      token.attrSet("href", `#${id}`);
      isDropped = id === undefined;
      return !isDropped;
    }
    const isEndOfDropped = isDropped && token.type === "link_close";
    isDropped &&= !isEndOfDropped;
    return !isEndOfDropped;
  });
}

// As GitHub and others write the words of a heading in an address.
function wordsOf(text) {
  return text.trim().toLowerCase().replace(/[^\p{L}\p{M}\p{N}\s_-]/gu, "").replace(/\s/g, "-");
}

function decoded(address) {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}

/** Finds links in running text, in the shape of linkify-it: words that begin as a web address. */
export const webAddresses = {
  test: (text) => START.test(text),

  /** Every link in the text. */
  match: (text) =>
    Array.from(text.matchAll(ADDRESS), ({ 0: found, index }) => {
      const url = withoutEnd(found);
      return { schema: "http:", index, lastIndex: index + url.length, url, text: url };
    }),

  /** The link that the text begins with, or null. */
  matchAtStart: (text) => webAddresses.match(text.slice(0, LONGEST)).find(({ index }) => index === 0) ?? null,
};

// The address without the marks that end its sentence, and without brackets that it did not open.
function withoutEnd(address) {
  // Counted once, since an address of nothing but brackets is cut off one by one.
  const tooMany = surplus(address, Object.keys(OPENED_BY));
  let end = address.length;
  for (let last = address[end - 1]; ENDS_SENTENCE.test(last) || tooMany[last] > 0; last = address[end - 1]) {
    tooMany[last] -= 1;
    end -= 1;
  }
  return address.slice(0, end);
}

// How many more closing brackets of each kind there are than opening ones.
function surplus(address, closing) {
  const times = (bracket) => address.split(bracket).length;
  return Object.fromEntries(closing.map((bracket) => [bracket, times(bracket) - times(OPENED_BY[bracket])]));
}
