// Keeps what an author writes, encrypted in this browser, a moment after each change and when they leave the page; and then
// on the site, for their other devices. Each text is a draft with an id of its own, and each tab writes one. A second tab
// that opens the same one writes a copy, so that neither overwrites the other's text.
import { inTime } from "./backoff.js";
import * as kept from "./drafts.js";
import { recall, remember } from "./tab_memory.js";

const MOMENT = 800; // milliseconds
const AGAIN = 10_000; // milliseconds after which a page tries once more to keep what it could not
const A_WHILE = 2_000; // milliseconds that a page waits for what other devices saved, or are to forget

export class DraftKeeper {
  #id = null;
  #timer = null;
  #saving = Promise.resolve();
  #bringing = Promise.resolve();
  #options;
  #slots;

  /**
   * Keeps the drafts of an `account`, of which a tab remembers one for each `place`; on the site, too, if `isNew`, else
   * they are those of that place alone. Asks `read()` for the draft as it is
   * now, null if the page is blank. Calls `told(error or null)` after every try to keep it here, `brought(error or null)`
   * after every try to bring it to the site, and `moved(id, other)` when it gets another id, since another device saved
   * another text under `other`, and what that returns when it is kept under it.
   */
  constructor(options) {
    this.#options = options;
    this.#slots = options.isNew ? kept.DRAFT : `${options.place}/`;
    this.isKept = true;
  }

  /** Keeps the draft when the page is hidden, and has the browser ask before it closes a page with an unkept draft. */
  watchTheWayOut(signal) {
    document.addEventListener("visibilitychange", () => this.keep(), { signal });
    addEventListener("beforeunload", (event) => !this.isKept && event.preventDefault(), { signal });
    addEventListener("online", () => this.#id && this.#options.isNew && this.#bring(), { signal });
  }

  /**
   * {draft, isCopy, error} of the draft that is asked for, or of the one that this tab had; `draft` is null without one,
   * and the error says why it does not open. Without one, the page's text is kept under the id `fresh`.
   */
  begin(asked, fresh) {
    const begun = this.#begin(asked, fresh);
    // Before the draft has its id, there is no slot to keep it in.
    this.#saving = begun;
    return begun;
  }

  async #begin(asked, fresh) {
    const { account } = this.#options;
    const wanted = asked ?? recall(this.#place);
    let error = null;
    wanted && this.#options.isNew && (await inTime(devices().then(({ refresh }) => refresh(account, wanted)), A_WHILE));
    const draft = wanted && (await kept.loadDraft(account, this.#slots + wanted).catch((reason) => {
      error = reason;
    }));
    const isOwn = draft && (await this.#claim(wanted));
    // An author who types faster than a database opens keeps what they typed, and finds the other text in the list.
    const isBlank = !this.#options.read();
    this.#id = isOwn && isBlank ? wanted : fresh;
    this.#id === wanted || this.#claim(this.#id);
    return { draft: isBlank ? draft : null, isCopy: !isOwn, error };
  }

  changed() {
    if (this.isKept) {
      // With the first letter: the site may be away later.
      kept.beReady(this.#options.account).catch(() => null);
    }
    this.isKept = false;
    this.#keepIn(MOMENT);
  }

  #keepIn(time) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.keep(), time);
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
        this.#options.isNew && this.#bring();
        return true;
      },
      (error) => {
        this.isKept = false;
        this.#keepIn(AGAIN);
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

  /** The drafts that other tabs and devices have or left behind, as listDrafts() has them. */
  async others() {
    await this.#saving;
    return (await kept.listDrafts(this.#options.account, this.#slots)).filter(({ id }) => id !== this.#id);
  }

  /** Throws the draft away, on every device. The next text has the id `fresh`. */
  async drop(fresh) {
    const { account } = this.#options;
    clearTimeout(this.#timer);
    this.isKept = true;
    const id = this.#id;
    this.#id = fresh;
    this.#claim(this.#id);
    await this.#saving;
    await kept.dropDraft(account, this.#slots + id).catch(() => null);
    // The list of drafts says later what can't be said now.
    this.#options.isNew && (await inTime(devices().then(({ end }) => end(account, id)), A_WHILE));
  }

  async #save() {
    const { account, read } = this.#options;
    const [slot, draft] = [this.#slots + this.#id, read()];
    await (draft ? kept.saveDraft(account, slot, { ...draft, keptAt: Date.now() }) : kept.dropDraft(account, slot));
  }

  // Brings the draft to the site, one version after the other; later if the site is away.
  #bring() {
    const { account, brought } = this.#options;
    this.#bringing = this.#bringing.then(async () => {
      const { push } = await import("./draft_sync.js");
      (await push(account, this.#id, () => this.#move())) === "saved" && brought(null);
    }).catch((error) => {
      brought(error);
      error.name === "Offline" && setTimeout(() => this.#bring(), AGAIN);
    });
  }

  async #move() {
    const other = this.#id;
    this.#id = crypto.randomUUID();
    this.#claim(this.#id);
    const tell = this.#options.moved(this.#id, other);
    await this.keepNow();
    tell();
  }

  // Makes a draft this tab's; false if another tab writes it, as after 'Duplicate tab'.
  async #claim(id) {
    const isMine = await kept.holdDraft(this.#options.account, id);
    if (isMine) {
      remember(this.#place, id);
    }
    return isMine;
  }

  get #place() {
    return `${this.#options.account}/${this.#options.place}`;
  }
}

// A first visit needs none of it.
const devices = () => import("./draft_devices.js");
