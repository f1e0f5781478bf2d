// <compare-people>: around people, each in a `[data-person]` with data-name. Fills `[data-person-mark]` of each with what
// this browser remembers of their key, and looks after people:shared, and for who comes after that, whether what was compared
// still holds. `[data-compare]` of one opens the `<dialog>` inside, with the number in `[data-safety-number]` of
// `[data-question]` and as a QR code; `[data-same]` and `[data-other]` answer it, and `[data-if-other]` says what to do then.
// Messages: title {name}; comparing, number, number-reset {day}, number-missing, number-differs, same, differ, no-key, nothing,
// failed, key-broken, key-older; of marks marked-first, marked-compared, marked-fell-lost, marked-fell-reset, marked-reset
// {day}, marked-doubt, marked-differs. Fires people:shown and people:compared on the document.
import { Changes } from "../lib/changes.js";
import { dayOf } from "../lib/days.js";
import { announce, message, say } from "../lib/messages.js";
import { comparedOf, Comparison, learn, markOf, remembered, wordsForUnproven } from "../lib/people.js";

const WORDS = { NoAccountKey: "no-key", NothingToCompare: "nothing", Offline: "failed" };
const ABOUT = { reset: "number-reset", missing: "number-missing", older: "number-missing", differs: "number-differs" };

class ComparePeople extends HTMLElement {
  #connection = null;
  #comparison = null;
  #changes = new Changes(() => this.#mark().then(() => this.#look()));
  #looked = new WeakSet();
  #added = new MutationObserver(() => this.#changes.note());

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    this.addEventListener("click", ({ target }) => this.#clicked(target), { signal });
    document.addEventListener("people:shared", () => this.#lookAgain(), { signal });
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
    for (const { part, place } of this.#shown) {
      const record = people.get(part.dataset.person);
      if (record) {
        show(place, message(this, ...markOf(record)));
      }
    }
    if (this.#shown.length > 0) {
      document.dispatchEvent(new CustomEvent("people:shown", { detail: {} }));
    }
  }

  async #lookAgain() {
    this.#looked = new WeakSet();
    await this.#look();
  }

  // What was compared, here or on another device, may have fallen since.
  async #look() {
    const account = document.body.dataset.user;
    const fresh = this.#shown.map(({ part }) => part).filter((part) => !this.#looked.has(part));
    fresh.forEach((part) => this.#looked.add(part));
    const compared = await comparedOf(account, new Set(fresh.map(({ dataset }) => dataset.person)));
    for (const person of compared) {
      await learn(account, person).catch(() => null);
    }
    if (compared.length > 0) {
      await this.#mark();
    }
  }

  get #shown() {
    const places = [...this.querySelectorAll("[data-person] [data-person-mark]")];
    return places.map((place) => ({ place, part: place.closest("[data-person]") }));
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
    document.dispatchEvent(new CustomEvent("people:compared", { detail: {} }));
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

// What stands there already stays, so that a reader of the screen is told once.
function show(place, words) {
  if (place.textContent !== words.textContent) {
    place.replaceChildren(words);
    place.hidden = false;
  }
}

customElements.define("compare-people", ComparePeople);
