// <request-badge data-count>: how many read requests wait for me, in its `[data-badge="requests"]` and before the
// page's title. Follows `pending` of the live events read_request.created and read_request.closed, and of
// requests:counted.
const EVENTS = ["read_request.created", "read_request.closed", "requests:counted"];

export class RequestBadge extends HTMLElement {
  connectedCallback() {
    EVENTS.forEach((name) => document.addEventListener(name, this.#changed));
    this.#show(Number(this.dataset.count) || 0);
  }

  disconnectedCallback() {
    EVENTS.forEach((name) => document.removeEventListener(name, this.#changed));
  }

  #changed = ({ detail: { pending } }) => this.#show(pending);

  #show(count) {
    this.dataset.count = count;
    const badge = this.querySelector('[data-badge="requests"]');
    if (badge) {
      badge.textContent = count.toLocaleString(document.documentElement.lang || undefined);
      badge.hidden = count === 0;
    }
    document.title = (count ? `(${count}) ` : "") + document.title.replace(/^\(\d+\) /, "");
  }
}

customElements.define("request-badge", RequestBadge);
