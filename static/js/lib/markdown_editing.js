// What the bar above a text does to it. Each edit takes a text and the place of the selection in it, and gives what to put
// in the place of which part, and what is selected then: {from, to, insert, select: [start, end]}.

const AROUND = { bold: "**", italic: "*" };
const BEFORE = { quote: "> ", list: "- " };
const HEADINGS = ["", "## ", "### "];
const PLACEHOLDER = "https://";
// What leads to an item (spaces and quotation marks), its mark or number, and its box; or quotation marks alone.
const ITEM = /^(\s*(?:>\s*)*)(?:([-*+])|(\d{1,9})([.)]))(\s+)(\[[ xX]\] )?|^(\s*(?:>\s*)+)/;
const FENCE = /^ {0,3}(?:```|~~~)/gm;

/** `name` is that of a button: bold, italic, heading, link, quote, list or code. */
export function edited(name, text, [start, end]) {
  if (name in AROUND) {
    return surround(text, start, end, AROUND[name]);
  }
  if (name === "link") {
    return link(text, start, end);
  }
  if (name === "code") {
    return text.slice(start, end).includes("\n") ? fence(text, start, end) : surround(text, start, end, "`");
  }
  return prefix(text, start, end, name);
}

/** What Enter does at the end or within an item of a list, or a quotation; null where it only begins a line. */
export function goneOn(text, at) {
  const from = text.lastIndexOf("\n", at - 1) + 1;
  const [mark, lead, bullet, number, dot, gap, box, quote] = ITEM.exec(text.slice(from, at)) ?? [];
  if (mark === undefined || (text.slice(0, from).match(FENCE)?.length ?? 0) % 2 === 1) {
    return null;
  }
  const end = text.indexOf("\n", at);
  if (!text.slice(from + mark.length, end < 0 ? text.length : end).trim()) {
    // Enter in an item without words ends the list, within its quotation.
    const rest = lead?.includes(">") ? lead : "";
    return { from, to: at, insert: rest, select: sameAt(from + rest.length) };
  }
  const next = quote ?? `${lead}${bullet ?? Number(number) + 1 + dot}${gap}${box ? "[ ] " : ""}`;
  return { from: at, to: at, insert: `\n${next}`, select: sameAt(at + 1 + next.length) };
}

const sameAt = (at) => [at, at];

// Puts the marks around the selection, or takes away those that are there.
function surround(text, start, end, mark) {
  const size = mark.length;
  const inner = text.slice(start, end);
  if (has(text, start - 1, -1, mark) && has(text, end, 1, mark)) {
    return { from: start - size, to: end + size, insert: inner, select: [start - size, end - size] };
  }
  if (inner.length > 2 * size && has(inner, 0, 1, mark) && has(inner, inner.length - 1, -1, mark)) {
    const bare = inner.slice(size, -size);
    return { from: start, to: end, insert: bare, select: [start, start + bare.length] };
  }
  // Marks with a space inside of them mark nothing.
  const [, before, words, after] = /^(\s*)([^]*?)(\s*)$/.exec(inner);
  const at = start + before.length + size;
  return { from: start, to: end, insert: `${before}${mark}${words}${mark}${after}`, select: [at, at + words.length] };
}

// Whether the run of asterisks or backticks at this place has the mark: three are bold and italic.
function has(text, at, step, mark) {
  let run = 0;
  while (text[at + run * step] === mark[0]) {
    run += 1;
  }
  return mark === "*" ? run % 2 === 1 : run >= mark.length;
}

function link(text, start, end) {
  const words = text.slice(start, end);
  const isAddress = /^(?:https?:\/\/|mailto:)\S+$/.test(words);
  const insert = isAddress ? `[](${words})` : `[${words}](${PLACEHOLDER})`;
  const at = start + (isAddress ? 1 : words.length + 3);
  return { from: start, to: end, insert, select: isAddress ? sameAt(at) : [at, at + PLACEHOLDER.length] };
}

function fence(text, start, end) {
  const [from, to] = linesAround(text, start, end);
  const code = text.slice(from, to);
  return { from, to, insert: `\`\`\`\n${code}\n\`\`\``, select: [from + 4, from + 4 + code.length] };
}

// Puts a mark before each line of the selection, or takes it away; a heading's becomes a smaller one first.
function prefix(text, start, end, name) {
  const [from, to] = linesAround(text, start, end);
  const lines = text.slice(from, to).split("\n");
  const change = name === "heading" ? headingOf(lines[0]) : markOf(lines, BEFORE[name]);
  const changed = lines.map(change);
  const insert = changed.join("\n");
  const moved = changed[0].length - lines[0].length;
  const select = start === end ? sameAt(Math.max(from, start + moved)) : [from, from + insert.length];
  return { from, to, insert, select };
}

function headingOf(line) {
  const [marks] = /^#{0,6} ?/.exec(line);
  const next = HEADINGS[(HEADINGS.indexOf(marks) + 1) % HEADINGS.length];
  return (each) => next + each.replace(/^#{1,6} /, "");
}

function markOf(lines, mark) {
  const isMarked = (line) => line.startsWith(mark);
  return lines.every(isMarked) ? (line) => line.slice(mark.length) : (line) => (isMarked(line) ? line : mark + line);
}

function linesAround(text, start, end) {
  const to = text.indexOf("\n", Math.max(start, end - 1));
  return [text.lastIndexOf("\n", start - 1) + 1, to < 0 ? text.length : to];
}
