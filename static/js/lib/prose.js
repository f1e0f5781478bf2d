// What a text has besides plain words: links to its headings and their list, footnotes, tasks, and the colours of code.
// markdown.js loads this for a text that has some of it. Messages of the host: heading-link, note {number}, note-back,
// task, task-done.
// Its `[data-outline]`, if there is one, holds a <details> with an <ol>.
import { message } from "./messages.js";

const PATIENCE = 2_000; // milliseconds for all colours of a text
const LONG = { headings: 3, minutes: 3 };
const WIDE = "(width >= 48rem)";
const CLASSES = {
  comment: "code__comment",
  keyword: "code__keyword",
  name: "code__name",
  number: "code__number",
  string: "code__string",
};
const TASK = /^\[([ xX])\] /;

/**
 * Adds to a fragment of cleaned elements what leads to headings and notes, and draws the boxes of tasks. `scope` begins
 * all ids.
 */
export function finish(fragment, host, scope) {
  const words = (name, values) => message(host, name, values)?.textContent ?? "";
  const toHeading = words("heading-link");
  for (const heading of fragment.querySelectorAll(":is(h2, h3, h4, h5, h6)[id]")) {
    // Beside it, or its words would be part of the heading's name.
    toHeading && heading.after(link(heading.id, toHeading));
  }
  for (const note of fragment.querySelectorAll('a[href^="#note-"]')) {
    const isBack = note.hash.includes("-from-");
    note.ariaLabel = isBack ? words("note-back") : words("note", { number: note.textContent });
  }
  fragment.querySelectorAll("li").forEach((item) => drawBox(item, words));
  scope && rename(fragment, scope);
}

function link(id, words) {
  const made = document.createElement("a");
  made.className = "prose__link";
  made.href = `#${id}`;
  made.ariaLabel = words;
  return made;
}

function drawBox(item, words) {
  const text = [item.firstChild, item.firstElementChild?.firstChild].find((node) => node?.data?.trim());
  const [typed, mark] = TASK.exec(text?.data ?? "") ?? [];
  if (typed) {
    const box = document.createElement("span");
    box.role = "img";
    box.ariaLabel = words(mark === " " ? "task" : "task-done");
    box.textContent = mark === " " ? "\u2610" : "\u2611";
    item.className = "prose__task";
    text.data = text.data.slice(typed.length - 1);
    text.before(box);
  }
}

function rename(fragment, scope) {
  for (const named of fragment.querySelectorAll("[id]")) {
    named.id = scope + named.id;
  }
  for (const each of fragment.querySelectorAll('a[href^="#"]')) {
    each.setAttribute("href", `#${scope}${each.hash.slice(1)}`);
  }
}

/** Lists the headings of a long text in the host. */
export function outline(host, { outline: headings, minutes }, scope) {
  const place = host.querySelector("[data-outline]");
  if (place && headings.length >= LONG.headings && minutes >= LONG.minutes) {
    place.querySelector("ol").replaceChildren(...headings.map((heading) => line(heading, scope)));
    place.querySelector("details").open = matchMedia(WIDE).matches;
    place.hidden = false;
  }
}

function line({ id, level, words }, scope) {
  const [item, to] = [document.createElement("li"), document.createElement("a")];
  item.className = level > 2 ? "outline__part" : "";
  to.href = `#${scope}${id}`;
  to.textContent = words;
  item.append(to);
  return item;
}

/** Colours the code in `place`. `ask` asks the Markdown worker, and gives null for what takes too long. */
export async function colour(place, { languages }, ask) {
  const codes = [...place.querySelectorAll("pre > code")];
  const named = languages.filter(Boolean);
  if (named.length === 0 || codes.length !== languages.length) {
    return;
  }
  const known = await ask({ load: "colours", languages: [...new Set(named)] });
  const due = performance.now() + PATIENCE;
  for (const [at, code] of codes.entries()) {
    const language = languages[at];
    const isDue = known?.includes(language) && performance.now() < due;
    const pieces = isDue ? await ask({ code: code.textContent, language }) : null;
    pieces && code.replaceChildren(...pieces.map(paint));
  }
}

function paint([name, text]) {
  if (!name) {
    return text;
  }
  const piece = document.createElement("span");
  piece.className = CLASSES[name];
  piece.textContent = text;
  return piece;
}
