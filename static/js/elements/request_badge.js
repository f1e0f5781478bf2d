// <request-badge data-count>: shows how many read requests wait for this person, in its `[data-badge="requests"]` and
// before the page's title. Follows `pending` of the live events read_request.created and read_request.closed, and of
// requests:counted.
const EVENTS = ["read_request.created", "read_request.closed", "requests:counted"];

class RequestBadge extends HTMLElement {
  #connection = null;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    const counted = ({ detail: { pending } }) => this.#show(pending);
    EVENTS.forEach((name) => document.addEventListener(name, counted, { signal }));
    this.#show(Number(this.dataset.count) || 0);
  }

  disconnectedCallback() {
    this.#connection.abort();
  }

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
