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
  trust.replaceChildren(message(element, WORDS[author.signed][author.reason], { day: dayOf(author.at) }) ?? "");
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
