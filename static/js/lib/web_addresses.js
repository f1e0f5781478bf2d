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
  let end = address.length;
  while (ENDS_SENTENCE.test(address[end - 1]) || closesAnother(address.slice(0, end))) {
    end -= 1;
  }
  return address.slice(0, end);
}

function closesAnother(address) {
  const opening = OPENED_BY[address.at(-1)];
  return opening !== undefined && address.split(address.at(-1)).length > address.split(opening).length;
}
