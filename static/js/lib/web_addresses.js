// Links in running text, in the shape that markdown-it asks for: what begins as an address of the web is one.
const START = /https?:\/\//i;
// As far as no space comes, no quotation, and nothing of Chinese or Japanese punctuation.
const ADDRESS = /https?:\/\/[^\s<>"`\u3000-\u303f\uff00-\uffef]{1,2000}/gi;
const LONGEST = 2_008;
const ENDS_SENTENCE = /[.,:;!?*_~'\u2019\u201d\u00bb]/;
const OPENED_BY = { ")": "(", "]": "[", "}": "{" };

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

// What ends the sentence, or closes a bracket that the address did not open, is no part of it.
function withoutEnd(address) {
  // Counted once: an address of nothing but brackets is cut off one by one.
  const tooMany = count(address, Object.keys(OPENED_BY));
  let end = address.length;
  for (let last = address[end - 1]; ENDS_SENTENCE.test(last) || tooMany[last] > 0; last = address[end - 1]) {
    tooMany[last] -= 1;
    end -= 1;
  }
  return address.slice(0, end);
}

// How many more there are of each closing bracket than of those that open it.
function count(address, closing) {
  const times = (bracket) => address.split(bracket).length;
  return Object.fromEntries(closing.map((bracket) => [bracket, times(bracket) - times(OPENED_BY[bracket])]));
}
