// <wrong-grant data-report>: stands beside a <decrypted-post> whose key an author granted later. If that key does not
// open the post, the element reports it, so that the author can grant another one. Fires grant:reported on the
// document.
import { postJson } from "../lib/http.js";
import { keysHere } from "../lib/keys_here.js";
import { onceLocked } from "../lib/locked_post.js";

class WrongGrant extends HTMLElement {
  #waiting = null;

  connectedCallback() {
    this.#waiting = onceLocked(this, "WrongKey", (post) => this.#report(post));
  }

  disconnectedCallback() {
    this.#waiting.abort();
  }

  async #report(post) {
    const { wrapped_keys: wrapped } = JSON.parse(post.querySelector('script[type="application/json"]').textContent);
    const here = await keysHere(document.body.dataset.user);
    const fingerprints = wrapped.map((entry) => entry.fingerprint).filter((fingerprint) => here.has(fingerprint));
    // The server refuses a report of what nobody granted. Then the page's own words are right.
    await postJson(this.dataset.report, { fingerprints }, { promised: ["state"] }).catch(() => null);
    document.dispatchEvent(new CustomEvent("grant:reported", { detail: {} }));
  }
}

customElements.define("wrong-grant", WrongGrant);
