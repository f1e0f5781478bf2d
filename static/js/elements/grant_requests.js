// <grant-requests data-source data-action>: around a list of requests, of which several can be approved at once:
// those whose `[data-select]` is checked, with `[data-approve-selected]`, or all that `[data-approve-from]` (the
// address of their ids) names. `data-source` and `data-action` are addresses with {request_id}, for those that
// are not on the page. Holds `[data-several]` with [data-progress], [data-stop] and [data-says]; messages:
// selected {count}, progress {done} {total}, done {approved}, done-but {approved} {others}, and those of
// lib/granting.js. Fires requests:changed on the document when the lists are to be fetched again.
import { announce } from "../lib/announce.js";
import { Changes } from "../lib/changes.js";
import { grant, shownIn, wordsFor } from "../lib/granting.js";
import { ManyGrants } from "../lib/granting_many.js";
import { getJson } from "../lib/http.js";
import { keepFocus } from "../lib/keep_focus.js";
import { fill, say, sayNothing } from "../lib/messages.js";
import "./grant_button.js";

const ABOUT_ONE = "read_request.created read_request.changed read_request.closed".split(" ");
const EVENTS = [...ABOUT_ONE, "membership.ended", "post.deleted", "key.revoked"];

export class GrantRequests extends HTMLElement {
  #grants = new ManyGrants();
  #changes = new Changes(() => this.#fetchAgain());

  connectedCallback() {
    this.addEventListener("click", this.#clicked);
    this.addEventListener("change", this.#chosen);
    this.addEventListener("request:settled", this.#changed);
    EVENTS.forEach((name) => document.addEventListener(name, this.#changed));
    this.#chosen();
  }

  disconnectedCallback() {
    this.#changes.forget();
    EVENTS.forEach((name) => document.removeEventListener(name, this.#changed));
  }

  #changed = () => this.#changes.note();

  // While many are approved, the lists stay: they are fetched once, when it is done.
  #fetchAgain() {
    if (!this.#grants.isRunning) {
      document.dispatchEvent(new CustomEvent("requests:changed", { detail: {} }));
      this.#chosen();
    }
  }

  #clicked = async ({ target }) => {
    const from = target.closest("[data-approve-from]")?.dataset.approveFrom;
    if (target.closest("[data-stop]")) {
      this.#grants.stop();
    } else if (target.closest("[data-approve-selected]")) {
      this.#approve(this.#selected.map((box) => Number(box.closest("[data-request-id]").dataset.requestId)));
    } else if (from) {
      const answer = await getJson(from).catch((error) => this.#tell(error));
      this.#approve(answer?.request_ids ?? [], this.#shownOf(from));
    }
  };

  #chosen = () => {
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
  };

  async #approve(ids, shown = []) {
    if (this.#grants.isRunning || ids.length === 0) {
      return;
    }
    const giveFocus = keepFocus(this);
    const told = (done) => this.#show(done, ids.length);
    told(0);
    giveFocus(this.#part("data-several"));
    this.#finish(await this.#grants.run(ids, (id) => this.#approveOne(id, shown), told));
  }

  #approveOne(id, shown) {
    const button = this.querySelector(`[data-request-id="${id}"] grant-button`);
    if (button) {
      return button.approve();
    }
    const address = (pattern) => fill(pattern, { request_id: String(id) });
    const { source, action } = this.dataset;
    return grant(document.body.dataset.user, { source: address(source), action: address(action), shown });
  }

  // Of those that are not on the page: what it shows of the same person's.
  #shownOf(person) {
    const cards = [...this.querySelectorAll("[data-request-id]")];
    return shownIn(...cards.filter((card) => card.querySelector("[data-approve-from]")?.dataset.approveFrom === person));
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
    this.#changed();
  }

  #tell(error) {
    const { words, values } = wordsFor(error);
    this.#part("data-several").hidden = false;
    say(this, words, values);
  }

  get #selected() {
    return [...this.querySelectorAll("[data-request-state=pending] [data-select]:checked")];
  }

  #part(name) {
    return this.querySelector(`[${name}]`);
  }
}

customElements.define("grant-requests", GrantRequests);
