// What stands beside the text of a post once it is open: its tags in `[data-tags]`, in `[data-author-says]` who signed it,
// and in the element's `[data-says]` what its author's browser and the site say differently. The words are messages of the
// element: signed-… and broken-… {day}; title-differs {title}; time-differs {day}; older.
import { plainLine } from "../crypto/lines.js";
import { dayOf } from "./days.js";
import { message } from "./messages.js";

const DAY = 24 * 60 * 60_000; // milliseconds
// By the reasons of lib/keyring_authors.js.
const WORDS = {
  yes: { first: "signed-first", compared: "signed-compared", own: "signed-own", lost: "signed-lost" },
  no: { unsigned: "signed-unsigned" },
  broken: {
    signature: "broken-signature",
    unsigned: "broken-unsigned",
    broken: "broken-broken",
    missing: "broken-missing",
    older: "broken-older",
    reset: "broken-reset",
    "before-reset": "broken-before-reset",
    differs: "broken-differs",
    "not-checked": "broken-not-checked",
  },
};

/** `opened` is what `openEnvelope` of lib/keyring_posts.js gives. */
export function showFacts(element, { title, tags, time, author, seen }) {
  const { title: shown, time: sent, revision } = element.dataset;
  showTags(element.querySelector("[data-tags]"), tags);
  const trust = element.querySelector("[data-author-says]");
  trust.dataset.said = author.reason;
  trust.replaceChildren(trustIn(element, author) ?? "");
  const says = element.querySelector("[data-says]");
  if (plainLine(title) !== shown) {
    says.append(" ", message(element, "title-differs", { title }) ?? "");
  }
  if (seen > Number(revision)) {
    says.append(" ", message(element, "older") ?? "");
  }
  if (time && Math.abs(Date.parse(time) - Date.parse(sent)) > DAY) {
    says.append(" ", message(element, "time-differs", { day: dayOf(time) }) ?? "");
  }
}

/**
 * Shows in the element's `[data-doubts]` what an author has to know before they go on from a text of theirs, `opened` at this
 * revision: that they may not have signed it, or that there was a newer one. Messages: signed-lost and broken-… {day}; older.
 */
export function showDoubts(element, { author, seen }, revision) {
  const isDoubtful = author.signed === "broken" || author.reason === "lost";
  const doubts = [isDoubtful && trustIn(element, author), seen > revision && message(element, "older")].filter(Boolean);
  const place = element.querySelector("[data-doubts]");
  place.replaceChildren(...doubts.flatMap((words) => [words, " "]));
  place.hidden = doubts.length === 0;
}

function trustIn(element, { signed, reason, at }) {
  return message(element, WORDS[signed][reason], { day: dayOf(at) });
}

// A tag of which nothing can be seen is none.
function showTags(place, tags) {
  const words = tags.map(plainLine).filter((tag) => tag !== "");
  place.replaceChildren(
    ...words.map((word) => {
      const line = document.createElement("li");
      line.dataset.tag = "";
      line.textContent = word;
      return line;
    }),
  );
  place.hidden = words.length === 0;
}
