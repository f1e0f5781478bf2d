// <grant-requests data-source data-action>: around a list of requests, and approves several at once: those with a
// checked `[data-select]` at a click on `[data-approve-selected]`, or all of one person at `[data-approve-from]`, the
// address of their ids. `data-source` and `data-action` are addresses with {request_id}, for requests that are not on
// the page. Holds `[data-several]` with [data-progress], [data-stop] and [data-says]; messages:
// selected {count}, progress {done} {total}, done {approved}, done-but {approved} {others}, and those of
// lib/granting.js. A form inside waits until what is being approved has arrived, since it leads away from the page. Fires
// requests:changed on the document, so that the lists fetch themselves again.
import { Changes } from "../lib/changes.js";
import { grant, shownIn, wordsFor } from "../lib/granting.js";
import { ManyGrants } from "../lib/granting_many.js";
import { getJson } from "../lib/http.js";
import { keepFocus } from "../lib/keep_focus.js";
import { announce, fill, say, sayNothing } from "../lib/messages.js";
import "./grant_button.js";

const ABOUT_ONE = "read_request.created read_request.changed read_request.closed".split(" ");
const EVENTS = [...ABOUT_ONE, "membership.ended", "post.deleted", "post.revised", "key.revoked"];

class GrantRequests extends HTMLElement {
  #connection = null;
  #grants = new ManyGrants();
  #changes = new Changes(() => this.#fetchAgain());
  #run = null;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    const changed = () => this.#changes.note();
    this.addEventListener("click", ({ target }) => this.#clicked(target), { signal });
    this.addEventListener("change", () => this.#chosen(), { signal });
    this.addEventListener("submit", (event) => this.#leaving(event), { signal });
    this.addEventListener("request:settled", changed, { signal });
    EVENTS.forEach((name) => document.addEventListener(name, changed, this.#connection));
    this.#chosen();
  }

  disconnectedCallback() {
    this.#connection.abort();
    this.#changes.forget();
  }

  // While many requests are being approved, the lists stay as they are. They are fetched once, at the end.
  #fetchAgain() {
    if (!this.#grants.isRunning) {
      document.dispatchEvent(new CustomEvent("requests:changed", { detail: {} }));
      this.#chosen();
    }
  }

  async #clicked(target) {
    const from = target.closest("[data-approve-from]")?.dataset.approveFrom;
    if (target.closest("[data-stop]")) {
      this.#grants.stop();
    } else if (target.closest("[data-approve-selected]")) {
      this.#approve(this.#selected.map((box) => Number(box.closest("[data-request-id]").dataset.requestId)));
    } else if (from) {
      const { person } = target.closest("[data-request-id]").dataset;
      const answer = await getJson(from, { promised: ["request_ids"] }).catch((error) => this.#tell(error));
      this.#approve(answer?.request_ids ?? [], { person, shown: this.#shownOf(person) });
    }
  }

  async #leaving(event) {
    const { target: form, submitter } = event;
    const buttons = [...this.querySelectorAll("grant-button")].map((button) => button.working);
    if (form.method !== "post" || ![this.#run, ...buttons].some(Boolean)) {
      return;
    }
    event.preventDefault();
    submitter?.setAttribute("aria-busy", "true");
    await Promise.allSettled([this.#run, ...buttons]);
    submitter?.removeAttribute("aria-busy");
    form.requestSubmit(submitter);
  }

  #chosen() {
    if (this.#grants.isRunning) {
      return;
    }
    const count = this.#selected.length;
    this.#part("data-approve-selected").hidden = count === 0;
    if (count) {
      this.#part("data-several").hidden = false;
      say(this, "selected", { count });
    } else if (this.querySelector("[data-says]").dataset.said === "selected") {
      this.#part("data-several").hidden = true;
      sayNothing(this);
    }
  }

  async #approve(ids, asked = {}) {
    if (this.#grants.isRunning || ids.length === 0) {
      return;
    }
    const giveFocus = keepFocus(this);
    const told = (done) => this.#show(done, ids.length);
    told(0);
    giveFocus(this.#part("data-several"));
    this.#run = this.#grants.run(ids, (id) => this.#approveOne(id, asked), told);
    this.#finish(await this.#run.finally(() => (this.#run = null)));
  }

  #approveOne(id, asked) {
    const button = this.querySelector(`[data-request-id="${id}"] grant-button`);
    if (button) {
      return button.approve();
    }
    const address = (pattern) => fill(pattern, { request_id: String(id) });
    const { source, action } = this.dataset;
    return grant(document.body.dataset.user, { source: address(source), action: address(action), ...asked });
  }

  // For requests that are not on the page: the fingerprints that the page shows for others of the same person.
  #shownOf(person) {
    return shownIn(...this.querySelectorAll(`[data-request-id][data-person="${CSS.escape(person)}"]`));
  }

  #show(done, total) {
    const bar = this.#part("data-progress");
    Object.assign(bar, { max: total, value: done, hidden: false });
    this.#part("data-several").hidden = false;
    this.#part("data-stop").hidden = false;
    this.#part("data-approve-selected").hidden = true;
    say(this, "progress", { done, total });
  }

  #finish({ approved, others, error }) {
    const giveFocus = keepFocus(this.#part("data-stop"));
    this.#part("data-progress").hidden = true;
    this.#part("data-stop").hidden = true;
    giveFocus(this.#part("data-several"));
    this.#selected.forEach((box) => (box.checked = false));
    if (error) {
      this.#tell(error);
    } else {
      say(this, others ? "done-but" : "done", { approved, others });
    }
    announce(this.querySelector("[data-says]").textContent);
    this.#changes.note();
  }

  #tell(error) {
    this.#part("data-several").hidden = false;
    say(this, wordsFor(error));
  }

  get #selected() {
    return [...this.querySelectorAll("[data-request-state=pending] [data-select]:checked")];
  }

  #part(name) {
    return this.querySelector(`[${name}]`);
  }
}

customElements.define("grant-requests", GrantRequests);
