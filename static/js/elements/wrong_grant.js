// <wrong-grant data-report>: beside a <decrypted-post> whose key was granted later. When that key does not open the
// post, it is reported, and waits to be granted again. Fires grant:reported on the document.
import { postJson } from "../lib/http.js";
import * as keyring from "../lib/keyring.js";

export class WrongGrant extends HTMLElement {
  connectedCallback() {
    document.addEventListener("post:locked", this.#locked);
    this.#locked();
  }

  disconnectedCallback() {
    document.removeEventListener("post:locked", this.#locked);
  }

  #locked = async () => {
    const post = this.closest("article").querySelector("decrypted-post");
    if (post?.dataset.locked !== "WrongKey") {
      return;
    }
    document.removeEventListener("post:locked", this.#locked);
    const { wrapped_keys: wrapped } = JSON.parse(post.querySelector('script[type="application/json"]').textContent);
    const here = new Set((await keyring.fingerprints(document.body.dataset.user)).map((key) => key.fingerprint));
    const fingerprints = wrapped.map((entry) => entry.fingerprint).filter((fingerprint) => here.has(fingerprint));
    // Refused where it was not granted after all: then the page's own words are right.
    await postJson(this.dataset.report, { fingerprints }).catch(() => null);
    document.dispatchEvent(new CustomEvent("grant:reported", { detail: {} }));
  };
}

customElements.define("wrong-grant", WrongGrant);
