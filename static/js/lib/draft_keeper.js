// Keeps what an author writes, encrypted in this browser: a moment after each change, and when they leave the page. Each
// text is a draft with an id of its own, and each tab writes one. A second tab that opens the same one writes a copy, so
// that neither overwrites the other's text.
import * as kept from "./drafts.js";
import { recall, remember } from "./tab_memory.js";

const MOMENT = 800; // milliseconds
const AGAIN = 10_000; // milliseconds after which a page tries once more to keep what it could not
const PATIENCE = 1_500; // milliseconds: a page gives its locks back a moment after it was left

export class DraftKeeper {
  #id = null;
  #timer = null;
  #saving = Promise.resolve();
  #options;

  /**
   * Keeps the drafts of an `account` in a `place`. Asks `read()` for the draft as it is now, null if the page is blank,
   * and calls `told(error or null)` after every try to keep it.
   */
  constructor(options) {
    this.#options = options;
    this.isKept = true;
  }

  /** Keeps the draft when the page is hidden, and has the browser ask before it closes a page with an unkept draft. */
  watchTheWayOut(signal) {
    document.addEventListener("visibilitychange", () => this.keep(), { signal });
    addEventListener("beforeunload", (event) => !this.isKept && event.preventDefault(), { signal });
  }

  /**
   * {draft, isCopy, error} of the draft that is asked for, or of the one that this tab had; `draft` is null without one,
   * and the error says why it does not open.
   */
  begin(asked) {
    const begun = this.#begin(asked);
    // Before the draft has its id, there is no slot to keep it in.
    this.#saving = begun;
    return begun;
  }

  async #begin(asked) {
    const { account } = this.#options;
    const wanted = asked ?? recall(this.#place);
    let error = null;
    const load = async () => wanted && kept.loadDraft(account, this.#slot(wanted));
    const draft = await load().catch((reason) => {
      error = reason;
      return null;
    });
    const isOwn = draft && (await claim(this.#place, wanted));
    // An author who types faster than a database opens keeps what they typed, and finds the other text in the list.
    const isBlank = !this.#options.read();
    this.#id = isOwn && isBlank ? wanted : this.#newId();
    return { draft: isBlank ? draft : null, isCopy: !isOwn, error };
  }

  changed() {
    if (this.isKept) {
      // With the first letter: the site may be away later.
      kept.beReady(this.#options.account).catch(() => null);
    }
    this.isKept = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.keep(), MOMENT);
  }

  /** Keeps the draft if it changed. Whether this browser has what stood there at this moment. */
  async keep() {
    clearTimeout(this.#timer);
    if (this.isKept) {
      return true;
    }
    this.isKept = true;
    // One write follows another, or an older text could be written last.
    this.#saving = this.#saving.then(() => this.#save()).then(
      () => {
        this.#options.told(null);
        return true;
      },
      (error) => {
        this.isKept = false;
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.keep(), AGAIN);
        this.#options.told(error);
        return false;
      },
    );
    return this.#saving;
  }

  /** Keeps the draft at once, whether or not it changed. Whether this browser has it, although the author may go on. */
  async keepNow() {
    this.isKept = false;
    return this.keep();
  }

  /** [{id, title}] of the drafts that other tabs have or left behind, newest first. */
  async others() {
    await this.#saving;
    const drafts = await kept.listDrafts(this.#options.account, `${this.#options.place}/`);
    const listed = drafts.map(({ slot, title }) => ({ id: slot.slice(this.#options.place.length + 1), title }));
    return listed.filter(({ id }) => id !== this.#id);
  }

  /** Throws the draft away. The next text is a draft of its own. */
  async drop() {
    clearTimeout(this.#timer);
    this.isKept = true;
    const slot = this.#slot(this.#id);
    this.#id = this.#newId();
    await this.#saving;
    await kept.dropDraft(this.#options.account, slot).catch(() => null);
  }

  async #save() {
    const { account, read } = this.#options;
    const draft = read();
    if (draft) {
      await kept.saveDraft(account, this.#slot(this.#id), { ...draft, keptAt: Date.now() });
    } else {
      await kept.dropDraft(account, this.#slot(this.#id));
    }
  }

  #newId() {
    const id = crypto.randomUUID();
    claim(this.#place, id);
    return id;
  }

  get #place() {
    return `${this.#options.account}/${this.#options.place}`;
  }

  #slot(id) {
    return `${this.#options.place}/${id}`;
  }
}

// Makes a draft this tab's; false if another tab writes it, as after 'Duplicate tab'.
async function claim(place, id) {
  const isMine = await hold(`secureblogs-${place}/${id}`);
  if (isMine) {
    remember(place, id);
  }
  return isMine;
}

// The page holds the lock until it is left.
function hold(name) {
  return new Promise((resolve) => {
    const keep = () => {
      resolve(true);
      return new Promise(() => {});
    };
    navigator.locks.request(name, { signal: AbortSignal.timeout(PATIENCE) }, keep).catch(() => resolve(false));
  });
}
