// Shows a text in Markdown, for the author's preview and for every reader. A worker parses the text and is ended when
// that takes too long; then the page cleans and inserts part after part, so that no text freezes the tab. Colours of code
// come afterwards, by the same worker.
import { workerAddress } from "./html.js";
import { NotLoaded } from "./http.js";
import { insert } from "./markdown_inserting.js";
import { message } from "./messages.js";
import { directionOf, hasNotes, isPlain, piecesOf } from "./texts.js";

const PATIENCE = 2_000; // milliseconds for a text
const LOADING = 30_000; // milliseconds for a script of the worker

/** Shows texts, one after the other. Its worker starts at once, so that it is ready when a text is. Call `end` afterwards. */
export class MarkdownRenderer {
  #worker = null;
  #isReady = null;
  #asked = Promise.resolve();
  #colouring = null;

  constructor() {
    this.#start();
  }

  #start() {
    this.#worker = new Worker(workerAddress("markdown"), { type: "module", name: "markdown" });
    this.#isReady = this.#answer(LOADING);
  }

  /**
   * Shows the text in `place`, in place of what stands there, and marks it as busy meanwhile; stops when `signal` is
   * aborted; NotLoaded. Resolves to the minutes that it takes to read, null if the text is as it was typed. The host's
   * `[data-typed]` says if the text or parts of it are as typed. `scope` begins all its ids, where a page has several
   * texts; `files` has the text's pictures and files (lib/shown_files.js). Messages of the host: typed, typed-partly, and
   * those of prose.js.
   */
  async show(text, { host, place, signal, scope = "", files = null }) {
    place.ariaBusy = "true";
    const parsed = await this.#parse(text, signal);
    const more = parsed && !isPlain(parsed) ? await import("./prose.js").catch(() => null) : null;
    if (!signal?.aborted) {
      const { parts, isWhole } = parsed ?? { parts: piecesOf(text).map((typed) => ({ typed })) };
      explain(host, parsed === null ? "typed" : isWhole ? null : "typed-partly");
      more?.outline(host, parsed, scope);
      // With `dir="auto"` a browser looks for the direction of the whole again as each part comes.
      place.dir = directionOf(text);
      place.replaceChildren();
      const finish = (fragment) => {
        files ? files.adorn(fragment) : forgetFiles(fragment);
        more?.finish(fragment, host, scope);
      };
      await insert(parts, place, { signal, finish });
      place.ariaBusy = null;
      this.#colouring = more?.colour(place, parsed, (question) => this.#ask(question, signal));
    }
    return parsed?.minutes ?? null;
  }

  /** What changed from one text to another, as blocks (lib/compared_texts.js); null if that takes too long. NotLoaded. */
  async compare(before, after) {
    await this.#beReady();
    await this.#ask({ load: "comparing" });
    return this.#ask({ before, after });
  }

  async #beReady() {
    this.#worker ?? this.#start();
    if (!(await this.#isReady)) {
      throw new NotLoaded();
    }
  }

  async #parse(text, signal) {
    await this.#beReady();
    if (hasNotes(text)) {
      await this.#ask({ load: "notes" }, signal);
    }
    return this.#ask({ text }, signal);
  }

  // The worker's answer, or null if it has none, which ends it. One question after the other.
  #ask(question, signal) {
    this.#asked = this.#asked.then(async () => {
      if (signal?.aborted || !this.#worker) {
        return null;
      }
      this.#worker.postMessage(question);
      const answer = await this.#answer(question.load ? LOADING : PATIENCE);
      if (answer === undefined) {
        this.#worker?.terminate();
        this.#worker = null;
      }
      return answer ?? null;
    });
    return this.#asked;
  }

  /** Ends the worker when the code that was shown has its colours. */
  end() {
    Promise.resolve(this.#colouring).then(() => this.#worker?.terminate());
  }

  // The worker's next message, or undefined if none comes in time.
  #answer(patience) {
    const worker = this.#worker;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, patience);
      const answer = (event) => {
        clearTimeout(timer);
        resolve(event.data);
      };
      worker.addEventListener("message", answer, { once: true });
      worker.addEventListener("error", answer, { once: true });
    });
  }
}

// No text has files here: the words of each stand where it names one.
function forgetFiles(fragment) {
  fragment.querySelectorAll("a:is([href^='#file-'], [href^='#picture-'])").forEach((link) => link.replaceWith(...link.childNodes));
}

function explain(host, name) {
  host.querySelector("[data-outline]")?.toggleAttribute("hidden", true);
  const place = host.querySelector("[data-typed]");
  place.hidden = name === null;
  place.replaceChildren(name ? message(host, name) : "");
}
