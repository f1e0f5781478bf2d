// A title or a name as people see it: in one line, without what nobody sees.

/** The inside of a character class, from hexadecimal numbers and ranges of them. */
function letters(ranges) {
  return ranges.replace(/[0-9a-f]+/g, "\\u{$&}").replaceAll(" ", "");
}

// Line breaks that a browser's field takes for ordinary characters.
const BREAKS = /[\u0085\u2028\u2029]+/;
// What Unicode ignores by default (UAX 44, Default_Ignorable_Code_Point): marks that turn the direction of text,
// fillers, joiners, variation selectors, tags. Besides, what is blank and yet no space.
const INVISIBLE = `\\p{Default_Ignorable_Code_Point}${letters("2800 fff9-fffc 1107f 13430-1343f 13441-13442 16fe4 1d159")}`;
// Arabic letters that join the next one, those that join the one before, and marks (Unicode's ArabicShaping.txt).
const JOINS_NEXT = letters(
  "620 626 628 62a-62e 633-647 649-64a 66e-66f 678-687 69a-6bf 6c1-6c2 6cc 6ce 6d0-6d1 6fa-6ff 750-77f 8a0-8c8",
);
const JOINS_LAST = letters("620 622-64a 66e-673 675-6d5 6ee-6ff 750-77f 8a0-8c8");
const MARKS = letters("64b-65f 670 6d6-6ed");
const VIRAMAS = letters("94d 9cd a4d acd b4d bcd c4d ccd d3b-d3c d4d dca");
const INDIC = letters("900-963 970-dff");
// The emoji that are joined, and the characters that a selector makes emoji of (Unicode's emoji-data.txt).
const JOINED_EMOJI = letters("2194-2195 2600-27bf 2b1b 1f300-1faff");
const MADE_EMOJI = "(?![\\p{Emoji_Presentation}0-9#*])\\p{Emoji}";
// Where something invisible changes what is seen, and so stays.
const ACTING = [
  // A non-joiner between letters that would join, a joiner or a non-joiner after a virama (RFC 5892, A.1 and A.2).
  `[${JOINS_NEXT}][${MARKS}]*\\u200c(?=[${MARKS}]*[${JOINS_LAST}])`,
  // The Malayalam letters that a joiner makes chillus of, at the end of a word too.
  "[\\u0d15\\u0d23\\u0d28\\u0d30\\u0d32-\\u0d34]\\u0d4d\\u200d",
  `[${VIRAMAS}][\\u200c\\u200d](?=[${INDIC}])`,
  // Bengali and Kannada ra before a virama, which keeps its own form.
  "[\\u09b0\\u0cb0]\\u200d(?=[\\u09cd\\u0ccd])",
  // The forms of Mongolian letters.
  "[\\u1820-\\u18aa](?:[\\u180b-\\u180d\\u180f]|\\u180e(?=[\\u1820\\u1821]))",
  // Emoji that are joined, and what a selector makes emoji or text of (UTS 51).
  `(?:${MADE_EMOJI}\\ufe0f|[${JOINED_EMOJI}])\\u200d(?=[${JOINED_EMOJI}])`,
  `${MADE_EMOJI}[\\ufe0e\\ufe0f]`,
  "[0-9#*]\\ufe0f(?=\\u20e3)",
  // England, Scotland and Wales are the only flags that are made of tags.
  "\\u{1f3f4}\\u{e0067}\\u{e0062}(?:\\u{e0065}\\u{e006e}\\u{e0067}|\\u{e0073}\\u{e0063}\\u{e0074}" +
    "|\\u{e0077}\\u{e006c}\\u{e0073})\\u{e007f}",
].join("|");
const UNSEEN = new RegExp(`(${ACTING})|[${INVISIBLE}]`, "gu");

/** The text with a space for each line break, and without what can't be seen. */
export function plainLine(text) {
  const visible = text.replace(UNSEEN, (found, acting) => acting ?? "");
  // The pattern takes no spaces around a break: looking for them would read a long row of spaces again from each.
  const parts = visible.split(BREAKS);
  return parts.length > 1 ? strip(parts.map(strip).join(" ")) : visible;
}

function strip(text) {
  let [start, end] = [0, text.length];
  while (text[start] === " ") {
    start += 1;
  }
  while (end > start && text[end - 1] === " ") {
    end -= 1;
  }
  return text.slice(start, end);
}
