// <grant-requests data-source data-action>: around a list of requests, of which several can be approved at once:
// those whose `[data-select]` is checked, with `[data-approve-selected]`, or all that `[data-approve-from]` (the
// address of their ids) names. `data-source` and `data-action` are addresses with {request_id}, for those that
// are not on the page. Holds `[data-several]` with [data-progress], [data-stop] and [data-says]; messages:
// selected {count}, progress {done} {total}, done {approved}, done-but {approved} {others}, and those of
// lib/granting.js. Fires requests:changed on the document when the lists are to be fetched again.
import { announce } from "../lib/announce.js";
import { grant, isGeneral, shownIn, wordsFor } from "../lib/granting.js";
import { getJson } from "../lib/http.js";
import { inParallel } from "../lib/in_parallel.js";
import { fill, say, sayNothing } from "../lib/messages.js";
import "./grant_button.js";

const AT_ONCE = 3;
const PATIENCE = 200; // milliseconds: many answers of one moment are one change
const ABOUT_ONE = "read_request.created read_request.changed read_request.closed".split(" ");
const CHANGES = [...ABOUT_ONE, "membership.ended", "post.deleted", "key.revoked"];

export class GrantRequests extends HTMLElement {
  #timer = null;
  #stop = null;

  connectedCallback() {
    this.addEventListener("click", this.#clicked);
    this.addEventListener("change", this.#chosen);
    this.addEventListener("request:settled", this.#changed);
    CHANGES.forEach((name) => document.addEventListener(name, this.#changed));
    this.#chosen();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    CHANGES.forEach((name) => document.removeEventListener(name, this.#changed));
  }

  // While many are approved, the lists stay: they are fetched once, when it is done.
  #changed = () => {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (!this.#stop) {
        document.dispatchEvent(new CustomEvent("requests:changed", { detail: {} }));
        this.#chosen();
      }
    }, PATIENCE);
  };

  #clicked = async ({ target }) => {
    const from = target.closest("[data-approve-from]");
    if (target.closest("[data-stop]")) {
      this.#stop?.abort();
    } else if (target.closest("[data-approve-selected]")) {
      this.#approve(this.#selected.map((box) => Number(box.closest("[data-request-id]").dataset.requestId)));
    } else if (from) {
      const answer = await getJson(from.dataset.approveFrom).catch((error) => this.#tell(error));
      this.#approve(answer?.request_ids ?? [], this.#shownOf(from.dataset.approveFrom));
    }
  };

  #chosen = () => {
    if (this.#stop) {
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

  // Of those that are not on the page: what it shows of the same person's.
  #shownOf(person) {
    const cards = [...this.querySelectorAll("[data-request-id]")];
    return shownIn(...cards.filter((card) => card.querySelector("[data-approve-from]")?.dataset.approveFrom === person));
  }

  async #approve(ids, shown = []) {
    if (this.#stop || ids.length === 0) {
      return;
    }
    this.#stop = new AbortController();
    const ended = [];
    this.#show(0, ids.length);
    const approveOne = async (id) => {
      ended.push(await this.#approveOne(id, shown));
      this.#show(ended.length, ids.length);
    };
    await inParallel(ids, approveOne, { most: AT_ONCE, signal: this.#stop.signal });
    this.#finish(ended, ids.length);
  }

  async #approveOne(id, shown) {
    const button = this.querySelector(`[data-request-id="${id}"] grant-button`);
    const request = {
      source: fill(this.dataset.source, { request_id: String(id) }),
      action: fill(this.dataset.action, { request_id: String(id) }),
      shown,
    };
    try {
      return await (button ? button.approve() : grant(document.body.dataset.user, request));
    } catch (error) {
      if (isGeneral(error)) {
        this.#stop.abort(error);
      }
      return null;
    }
  }

  #show(done, total) {
    const bar = this.#part("data-progress");
    Object.assign(bar, { max: total, value: done, hidden: false });
    this.#part("data-several").hidden = false;
    this.#part("data-stop").hidden = false;
    this.#part("data-approve-selected").hidden = true;
    say(this, "progress", { done, total });
  }

  #finish(ended, total) {
    const { reason } = this.#stop.signal;
    this.#stop = null;
    this.#part("data-progress").hidden = true;
    this.#part("data-stop").hidden = true;
    this.#selected.forEach((box) => (box.checked = false));
    const approved = ended.filter((state) => state === "approved").length;
    const others = total - approved;
    if (reason && isGeneral(reason)) {
      this.#tell(reason);
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
