// What a page to write on says about its draft.
import { errorsOf } from "./http.js";
import { message, said, say, sayNothing } from "./messages.js";

const KEPT = ["saved", "saved-everywhere", "saved-here-alone"];
const OTHERS = ["unsaved", "unsaved-away", "storage-low", "both-kept", "restored", "copied", "draft-gone", "drafts-closed"];
const ABOUT_THE_DRAFT = ["", ...KEPT, ...OTHERS];

/** Whether nothing is more important to an element's author than what it says by now. */
export const isAboutTheDraft = (element) => ABOUT_THE_DRAFT.includes(said(element));

/** Says that the draft was kept, or by an error why not, unless there is something about publishing. */
export function sayKept(element, fields, error) {
  const words = error ? wordsFor(error) : "saved";
  const isSaid = [words, ...(error ? [] : [...KEPT, "storage-low"])].includes(said(element));
  if (!error && fields.isEmpty) {
    sayNothing(element);
  } else if (!isSaid && (error || isAboutTheDraft(element))) {
    // Said once, however often the page tries.
    say(element, words);
  }
}

/** Says that the other devices have the draft, or not, with the site's reason if it has one. */
export function sayBrought(element, error) {
  const reason = error && errorsOf(error).first;
  const words = reason ? "saved-here-alone" : error ? "saved" : "saved-everywhere";
  if (words !== said(element) && KEPT.includes(said(element))) {
    say(element, words, { reason });
  }
}

/** The name of the message that says why a draft was not kept: without its key, or because this browser keeps nothing. */
export function wordsFor({ name }) {
  return ["Unavailable", "Outdated"].includes(name) ? "unsaved" : "unsaved-away";
}

/** Lists drafts in the `[data-drafts]` of an element, by its messages draft {id, title} and draft-untitled {id}. */
export function showDrafts(element, drafts) {
  const place = element.querySelector("[data-drafts]");
  const lines = drafts.map(({ id, title }) => message(element, title ? "draft" : "draft-untitled", { id, title }));
  place.querySelector("ul").replaceChildren(...lines);
  place.hidden = lines.length === 0;
}
