// <compare-people>: around people, each in a `[data-person]` with data-name. Fills `[data-person-mark]` of each with what
// this browser remembers of their key. `[data-compare]` of one opens the `<dialog>` inside, with the number in
// `[data-safety-number]` of `[data-question]` and as a QR code; `[data-same]` and `[data-other]` answer it, and
// `[data-if-other]` says what to do then. Messages: title {name}; comparing, number, number-reset {day}, number-missing,
// number-differs, same, differ, no-key, nothing, failed, key-broken, key-older; of marks marked-first, marked-compared,
// marked-fell-lost, marked-fell-reset, marked-reset {day}, marked-doubt, marked-differs.
import { Changes } from "../lib/changes.js";
import { announce, message, say } from "../lib/messages.js";
import { Comparison, dayOf, remembered, wordsForUnproven } from "../lib/people.js";

const WORDS = { NoAccountKey: "no-key", NothingToCompare: "nothing", Offline: "failed" };
const FELL = { reset: "marked-fell-reset", "lost-device": "marked-fell-lost" };
const ABOUT = { reset: "number-reset", missing: "number-missing", older: "number-missing", differs: "number-differs" };

class ComparePeople extends HTMLElement {
  #connection = null;
  #comparison = null;
  #changes = new Changes(() => this.#mark());
  #added = new MutationObserver(() => this.#changes.note());

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    this.addEventListener("click", ({ target }) => this.#clicked(target), { signal });
    this.#added.observe(this, { childList: true, subtree: true });
    this.#mark();
  }

  disconnectedCallback() {
    this.#connection.abort();
    this.#added.disconnect();
    this.#changes.forget();
  }

  async #mark() {
    const people = await remembered(document.body.dataset.user);
    for (const part of this.querySelectorAll("[data-person]")) {
      const place = part.querySelector("[data-person-mark]");
      const record = people.get(part.dataset.person);
      if (place && record) {
        show(place, message(this, ...markOf(record)));
      }
    }
  }

  async #clicked(target) {
    const part = target.closest("[data-compare]")?.closest("[data-person]");
    if (part) {
      await this.#open(part.dataset);
    } else if (target.closest("[data-same]")) {
      await this.#end(true);
    } else if (target.closest("[data-other]")) {
      await this.#end(false);
    }
  }

  async #open({ person, name }) {
    const comparison = new Comparison(document.body.dataset.user, person);
    this.#comparison = comparison;
    this.#part("data-title").replaceChildren(message(this, "title", { name }));
    this.#showOnly(null);
    say(this, "comparing");
    this.#dialog.showModal();
    try {
      // Few compare, and a first visit loads little.
      const [{ digits, reason, at }] = await Promise.all([comparison.begin(), import("./qr_code.js")]);
      if (this.#comparison === comparison) {
        say(this, ABOUT[reason] ?? "number", { name, day: dayOf(at) });
        this.#part("data-safety-number").textContent = digits;
        this.querySelector("qr-code").show(digits);
        this.#showOnly("data-question");
      }
    } catch (error) {
      say(this, wordsForUnproven(error) ?? WORDS[error.name] ?? "failed", { name });
    }
  }

  async #end(isSame) {
    try {
      await this.#comparison.end(isSame);
    } catch {
      say(this, "failed");
      return;
    }
    await this.#mark();
    if (isSame) {
      this.#dialog.close();
      announce(message(this, "same").textContent);
    } else {
      say(this, "differ");
      this.#showOnly("data-if-other");
    }
  }

  #showOnly(shown) {
    for (const name of ["data-question", "data-if-other"]) {
      this.#part(name).hidden = name !== shown;
    }
  }

  #part(name) {
    return this.#dialog.querySelector(`[${name}]`);
  }

  get #dialog() {
    return this.querySelector("#compare");
  }
}

// {name, values} of the words about somebody's key.
function markOf({ found, differs, compared, fell, firstSeen }) {
  if (found && found.reason !== "differs") {
    return found.reason === "reset" ? ["marked-reset", { day: dayOf(found.at) }] : ["marked-doubt"];
  }
  if (differs) {
    return ["marked-differs"];
  }
  if (compared) {
    return ["marked-compared", { day: dayOf(compared) }];
  }
  return fell ? [FELL[fell.cause], { day: dayOf(fell.at) }] : ["marked-first", { day: dayOf(firstSeen) }];
}

// What stands there already stays, so that a reader of the screen is told once.
function show(place, words) {
  if (place.textContent !== words.textContent) {
    place.replaceChildren(words);
    place.hidden = false;
  }
}

customElements.define("compare-people", ComparePeople);
