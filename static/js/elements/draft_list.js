// <draft-list>: one's own drafts, of every device, in `[data-list]`, and below them this browser's of edits, each by the message
// draft {address, id, title}, in which it fills <time>, and `[data-group-name]` from the <data> of its group's slug.
// Attribute: data-write (address of the page to write on). `[data-ask-discard]` opens the dialog #discard, whose form ends a
// draft. A file input, and files that are dropped, make drafts of Markdown. Sets data-ready when all devices' are there.
// Messages besides: edit, untitled, empty, loading, away, not-all, closed, storage-low; no-text {name}, not-kept {name}.
import { timeOf } from "../lib/days.js";
import { end, pull } from "../lib/draft_devices.js";
import { push } from "../lib/draft_sync.js";
import { DRAFT, dropDraft, EDIT, listDrafts } from "../lib/drafts.js";
import { message, say, sayNothing } from "../lib/messages.js";
import { addMarkdown } from "../lib/markdown_files.js";
import { isStorageLow } from "../lib/storage_room.js";

class DraftList extends HTMLElement {
  #connection = null;
  #chosen = null;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    this.addEventListener("click", ({ target }) => this.#clicked(target), { signal });
    this.addEventListener("submit", () => this.#discard(), { signal });
    this.addEventListener("change", ({ target }) => target.files && this.#add(target.files, target), { signal });
    // Wherever on the page: beside the list a browser would leave it, and open the file.
    document.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault(), { signal });
    document.addEventListener("drop", (event) => {
      if (hasFiles(event)) {
        event.preventDefault();
        this.#add(event.dataTransfer.files);
      }
    }, { signal });
    addEventListener("online", () => this.#begin(), { signal });
    this.#begin();
  }

  disconnectedCallback() {
    this.#connection.abort();
  }

  async #begin() {
    say(this, "loading");
    const canRead = await this.#show();
    const words = await pull(this.#account).then((isAll) => (isAll ? "" : "not-all"), () => "away");
    const isLow = await isStorageLow();
    if (canRead && (await this.#show())) {
      this.#tell(words || (isLow ? "storage-low" : ""));
    }
    this.dataset.ready = "";
  }

  // What there is to say, or that there is no draft.
  #tell(words) {
    const name = words || (this.#list.childElementCount ? "" : "empty");
    name ? say(this, name) : sayNothing(this);
  }

  // Whether they could be opened.
  async #show() {
    try {
      const [drafts, edits] = [await listDrafts(this.#account), await listDrafts(this.#account, EDIT)];
      const open = this.#list.contains(document.activeElement) && document.activeElement.closest("[data-slot]")?.dataset.slot;
      this.#list.replaceChildren(...drafts.map((draft) => this.#line(draft)), ...edits.map((edit) => this.#lineOfEdit(edit)));
      open && this.#list.querySelector(`[data-slot="${open}"] a`)?.focus();
      return true;
    } catch {
      say(this, "closed");
      return false;
    }
  }

  #line({ id, title, slug, keptAt }, address = this.dataset.write, slot = DRAFT + id) {
    const line = message(this, "draft", { address, id, title: title || message(this, "untitled").textContent });
    line.firstElementChild.dataset.slot = slot;
    line.querySelector("a").id = `draft-${slot}`;
    line.querySelector("[data-ask-discard]").setAttribute("aria-describedby", `draft-${slot}`);
    line.querySelector("relative-time").append(timeOf(keptAt));
    const group = slug && this.querySelector(`data[value="${CSS.escape(slug)}"]`);
    line.querySelector("[data-group-name]").textContent = group?.textContent ?? "";
    line.querySelector(".facts").hidden = !group;
    return line;
  }

  #lineOfEdit({ id, ...edit }) {
    const [post, own] = id.split("/");
    const line = this.#line({ id: own, ...edit }, `/posts/${post}/edit/`, EDIT + id);
    const facts = line.querySelector(".facts");
    facts.append(" ", message(this, "edit"));
    facts.hidden = false;
    return line;
  }

  #clicked(target) {
    const line = target.closest("[data-ask-discard]")?.closest("[data-draft]");
    if (line) {
      this.#chosen = line.dataset.slot;
      this.querySelector("#discard [data-about]").textContent = line.querySelector("a").textContent;
      this.querySelector("#discard").showModal();
    }
  }

  async #discard() {
    await dropDraft(this.#account, this.#chosen);
    // While the site is away it is said there when the drafts are listed the next time. Of an edit it knows nothing.
    this.#chosen.startsWith(DRAFT) && end(this.#account, this.#chosen.slice(DRAFT.length)).catch(() => null);
    const at = [...this.#list.children].findIndex(({ dataset }) => dataset.slot === this.#chosen);
    (await this.#show()) && this.#tell("");
    this.#leadOn(at);
  }

  // The button that asked is gone with its line: the focus goes to the next one.
  #leadOn(at) {
    const { children } = this.#list;
    const next = children[Math.min(at, children.length - 1)]?.querySelector("a");
    (next ?? this.querySelector("input[type=file]")).focus();
  }

  async #add(files, input) {
    const made = [];
    for (const file of files) {
      made.push(await addMarkdown(this.#account, file).catch(({ name }) => ({ words: name === "NoText" ? "no-text" : "not-kept", name: file.name })));
    }
    if (input) {
      input.value = "";
    }
    await this.#show();
    const fault = made.find(({ words }) => words);
    fault ? say(this, fault.words, fault) : this.#tell("");
    await Promise.allSettled(made.filter(({ id }) => id).map(({ id }) => push(this.#account, id)));
  }

  get #account() {
    return document.body.dataset.user;
  }

  get #list() {
    return this.querySelector("[data-list]");
  }
}

const hasFiles = ({ dataTransfer }) => dataTransfer.types.includes("Files");

customElements.define("draft-list", DraftList);
