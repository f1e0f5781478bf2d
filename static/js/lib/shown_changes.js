// What changed from one text of a post to another, marked in the later one. Messages of the element: gone {text}, new {text}.
import { blocksOf, wholly } from "./compared_texts.js";
import { appendInSlices } from "./in_slices.js";
import { loadMarkdown } from "./loading.js";
import { message } from "./messages.js";
import { directionOf } from "./texts.js";

const underWay = new WeakMap();

/**
 * Fills the `[data-changes-text]` of an element; whether anything changed from `before` to `after`, {title, body, tags}.
 * A worker compares, and is ended when that takes too long: then all of the one text stands for all of the other. NotLoaded.
 */
export async function showChanges(element, before, after) {
  const place = element.querySelector("[data-changes-text]");
  underWay.get(place)?.abort();
  const turn = new AbortController();
  underWay.set(place, turn);
  place.ariaBusy = "true";
  place.replaceChildren();
  const texts = [textOf(before), textOf(after)];
  const markdown = await loadMarkdown();
  const blocks = (await markdown.compare(...texts)) ?? blocksOf(wholly(...texts));
  markdown.end();
  place.dir = directionOf(texts[1]);
  await appendInSlices(blocks, place, { signal: turn.signal, nodesOf: (pieces) => block(element, pieces) });
  turn.signal.aborted || (place.ariaBusy = null);
  return blocks.some((pieces) => pieces.some(({ kind }) => kind !== "same"));
}

function block(element, pieces) {
  const made = document.createElement("div");
  made.className = "changes__part";
  made.append(...pieces.map(({ kind, text }) => (kind === "same" ? text : message(element, kind, { text }))));
  return made;
}

const textOf = ({ title, body, tags }) => [title, ...(tags.length ? [tags.join(", ")] : []), "", body].join("\n");
