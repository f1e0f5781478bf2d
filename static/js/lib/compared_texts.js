// What changed from one text to another: Myers' algorithm ("An O(ND) Difference Algorithm and Its Variations", 1986) over
// words, or over lines where words would take long.
const MOST_WORDS = 20_000;
const MOST_CHANGES = 500;
const LONGEST = 2_000; // UTF-16 units of a block, or twice as many to the end of a line
const LOW_SURROGATE = /^[\udc00-\udfff]/;

/** [{kind, text}] in order, whose kinds are `same`, `gone` (only before) and `new` (only after). */
export function compareTexts(before, after) {
  const words = [before, after].map((text) => text.match(/\s+|[^\s\p{L}\p{N}]|[\p{L}\p{N}]+/gu) ?? []);
  const isShort = words[0].length + words[1].length <= MOST_WORDS;
  const lines = () => [before, after].map((text) => text.match(/[^\n]*\n|[^\n]+/g) ?? []);
  return joined((isShort && differences(...words)) || differences(...lines()) || wholly(before, after));
}

/** All of the one text in place of all of the other. */
export const wholly = (before, after) => [
  { kind: "gone", text: before },
  { kind: "new", text: after },
];

/** The pieces in blocks that a browser lays out one after the other, each of whole lines as far as these are short. */
export function blocksOf(pieces) {
  const blocks = [[]];
  let size = 0;
  for (const { kind, text } of pieces) {
    for (let at = 0; at < text.length; ) {
      const end = endOf(text, at, size);
      if (end > at) {
        blocks.at(-1).push({ kind, text: text.slice(at, end) });
        size += end - at;
      }
      if (end < text.length) {
        blocks.push([]);
        size = 0;
      }
      at = end;
    }
  }
  return blocks.filter((block) => block.length > 0);
}

// Where a block has to end that holds so much already: with a line, else at a space, else anywhere.
function endOf(text, at, size) {
  const window = text.slice(at, at + 2 * LONGEST - size);
  if (size + text.length - at <= LONGEST) {
    return text.length;
  }
  const room = LONGEST - size;
  const line = room > 0 ? window.lastIndexOf("\n", room - 1) : -1;
  const cut = line >= 0 ? line : window.indexOf("\n");
  if (cut >= 0 || at + window.length === text.length) {
    return at + (cut >= 0 ? cut + 1 : window.length);
  }
  const space = window.lastIndexOf(" ");
  return at + (space >= 0 ? space + 1 : window.length - Number(window !== "" && LOW_SURROGATE.test(text[at + window.length])));
}

// Null if more changed than is looked for.
function differences(before, after) {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) {
    start++;
  }
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) {
    end++;
  }
  const middle = path(before.slice(start, before.length - end), after.slice(start, after.length - end));
  const same = (pieces) => pieces.map((text) => ({ kind: "same", text }));
  return middle && [...same(before.slice(0, start)), ...middle, ...same(before.slice(before.length - end))];
}

// The furthest that each diagonal comes with so many changes; then the way back.
function path(before, after) {
  const furthest = new Map([[1, 0]]);
  const trace = [];
  for (let changes = 0; changes <= Math.min(MOST_CHANGES, before.length + after.length); changes++) {
    trace.push(new Map(furthest));
    for (let diagonal = -changes; diagonal <= changes; diagonal += 2) {
      let x = comesFromAbove(furthest, diagonal, changes) ? furthest.get(diagonal + 1) : furthest.get(diagonal - 1) + 1;
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) {
        x++;
      }
      furthest.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length) {
        return wayBack(trace, before, after);
      }
    }
  }
  return null;
}

function wayBack(trace, before, after) {
  const found = [];
  let [x, y] = [before.length, after.length];
  for (let changes = trace.length - 1; changes >= 0; changes--) {
    const diagonal = x - y;
    const isNew = comesFromAbove(trace[changes], diagonal, changes);
    const earlier = isNew ? diagonal + 1 : diagonal - 1;
    const from = changes === 0 ? 0 : trace[changes].get(earlier);
    while (x > from + (changes === 0 || isNew ? 0 : 1) && y > from - earlier + (changes > 0 && isNew ? 1 : 0) && x > 0 && y > 0) {
      found.push({ kind: "same", text: before[--x] });
      y--;
    }
    if (changes > 0) {
      found.push(isNew ? { kind: "new", text: after[--y] } : { kind: "gone", text: before[--x] });
    }
  }
  return found.reverse();
}

function comesFromAbove(furthest, diagonal, changes) {
  return diagonal === -changes || (diagonal !== changes && furthest.get(diagonal - 1) < furthest.get(diagonal + 1));
}

// Neighbours of one kind as one piece.
function joined(pieces) {
  const found = [];
  for (const { kind, text } of pieces) {
    if (found.at(-1)?.kind === kind) {
      found.at(-1).text += text;
    } else if (text) {
      found.push({ kind, text });
    }
  }
  return found;
}
