// <download-all data-list data-name data-heading>: makes a zip of the posts in the list at the address `data-list`, in the
// browser, at a click on `[data-begin]`; `[data-stop]` ends that, and `[data-save]` saves the file once more. `progress` and
// `[data-says]` say how far it is, and `[data-left]` names what is not in it. Sets data-ready. Messages: listing, working
// {done, total, size}, waiting, saved {posts, size}, saved-partly {posts, size, number}, nothing, stopped, no-room, in-another-tab,
// session-ended, failed, left-line {title, author, reason}, and those of lib/zip_making.js and lib/trust.js.
import { sizeInWords } from "../lib/file_words.js";
import { SessionEnded, SomebodyElse } from "../lib/http.js";
import { keepFocus } from "../lib/keep_focus.js";
import { announce, message, say } from "../lib/messages.js";

const ENDS = "browser.removed browser.forgotten session.ended membership.ended";
const WORDS = { AbortError: "stopped", NoRoom: "no-room", InAnotherTab: "in-another-tab" };

class DownloadAll extends HTMLElement {
  #connection = null;
  #running = null;
  #made = null;
  #address = null;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    this.addEventListener("click", ({ target }) => this.#clicked(target.closest("button")?.dataset ?? {}), { signal });
    addEventListener("beforeunload", (event) => this.#running && event.preventDefault(), { signal });
    ENDS.split(" ").forEach((name) => document.addEventListener(name, ({ detail }) => this.#end(detail), { signal }));
    import("../lib/zip_sink.js").then(({ clearLeftovers }) => clearLeftovers()).catch(() => null);
    this.dataset.ready = "";
  }

  disconnectedCallback() {
    this.#connection.abort();
    this.#letGo();
  }

  #clicked({ begin, stop, save }) {
    if (begin !== undefined) {
      this.#make();
    } else if (stop !== undefined) {
      this.#running?.abort();
    } else if (save !== undefined) {
      this.#save();
    }
  }

  // A person who left another group goes on.
  #end({ group }) {
    const { group: own } = this.dataset;
    if (!group || !own || group === own) {
      this.#letGo();
    }
  }

  #letGo() {
    this.#running?.abort();
    this.#address && URL.revokeObjectURL(this.#address);
    this.#made?.discard();
    this.#made = this.#address = null;
    this.querySelector("[data-save]").hidden = true;
  }

  async #make() {
    this.#letGo();
    this.#running = new AbortController();
    const { signal } = this.#running;
    this.#toggle({ isRunning: true });
    this.querySelector("[data-left]").replaceChildren();
    say(this, "listing");
    try {
      const { makeZip } = await import("../lib/zip.js");
      const { list, heading } = this.dataset;
      const told = (state) => this.#tell(state);
      const waiting = () => say(this, "waiting");
      this.#finish(await makeZip(this, document.body.dataset.user, { list, heading, signal, told, waiting }));
    } catch (error) {
      this.#fail(error);
    }
    this.#running = null;
    this.#toggle({ isRunning: false });
  }

  #tell({ done, total, size }) {
    Object.assign(this.querySelector("progress"), { max: Math.max(total, 1), value: done, hidden: false });
    say(this, "working", { done, total, size: sizeInWords(size) });
  }

  #finish(made) {
    const { posts, left, file } = made;
    this.#made = made;
    this.querySelector("[data-left]").replaceChildren(...left.map((each) => this.#line(each)));
    if (posts === 0) {
      this.#letGo();
      this.#say("nothing");
      return;
    }
    this.#address = URL.createObjectURL(file);
    this.#say(left.length ? "saved-partly" : "saved", { posts, number: left.length, size: sizeInWords(file.size) });
    this.querySelector("[data-save]").hidden = false;
    this.#save();
  }

  #line(values) {
    const line = document.createElement("li");
    line.append(message(this, "left-line", values));
    return line;
  }

  #save() {
    const link = document.createElement("a");
    link.href = this.#address;
    link.download = `secureblogs-${this.dataset.name}-${new Date().toISOString().slice(0, 10)}.zip`;
    link.click();
  }

  #fail(error) {
    const isElse = error instanceof SessionEnded || error instanceof SomebodyElse;
    this.#say(isElse ? "session-ended" : (WORDS[error.name] ?? "failed"));
  }

  #say(name, values) {
    this.querySelector("progress").hidden = true;
    say(this, name, values);
    announce(this.querySelector("[data-says]").textContent);
  }

  #toggle({ isRunning }) {
    const [begin, stop] = [this.querySelector("[data-begin]"), this.querySelector("[data-stop]")];
    const giveFocus = keepFocus(isRunning ? begin : stop);
    begin.hidden = isRunning;
    stop.hidden = !isRunning;
    giveFocus(isRunning ? stop : begin);
  }
}

customElements.define("download-all", DownloadAll);
