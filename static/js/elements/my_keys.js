// <my-keys>: around what a person has of keys. If this browser has the private key of a `[data-fingerprint]`, the element
// gives it data-here and shows its `[data-if-here]`; the `[data-device]` that this browser is gets data-this, and shows its
// `[data-if-this]` instead of `[data-if-other]`. `[data-if-none-here]` shows when this browser holds no key of the account. `[data-export]` downloads the
// account's key as PEM, once the site at that address says that its owner has confirmed who they are.
// `form[data-import]` with a textarea brings a private key in, and `form[data-own]` is signed before it is sent.
// Sets data-key-problem to what the self-check found, and shows `<key-problem>` then. `[data-unless-problem]` needs the
// account's key, and is hidden while something is wrong with it or this browser holds none. A `details` that the address names is open; with `#replaced`
// the page says so. Messages: replaced, imported, imported-unknown,
// unacceptable, unacceptable-<rule>, unavailable, exported, not-exported, no-key, and those of accounts/keys/_problems.html.
import "./kept_here.js";
import { plainLine } from "../crypto/lines.js";
import { download } from "../lib/download.js";
import { postForm } from "../lib/http.js";
import * as keyring from "../lib/keyring.js";
import { keysHere } from "../lib/keys_here.js";
import { say } from "../lib/messages.js";
import { leadToConfirmation } from "../lib/reauthentication.js";

class MyKeys extends HTMLElement {
  #connection = null;
  #changes = new MutationObserver(() => this.#mark());
  #here = null;
  #status = null;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    this.addEventListener("submit", (event) => this.#submitted(event), { signal });
    this.addEventListener("click", ({ target }) => this.#clicked(target), { signal });
    ["key:ready", "key:looked"].forEach((name) => document.addEventListener(name, () => this.#refresh(), { signal }));
    this.#changes.observe(this, { childList: true, subtree: true });
    this.#openWhatIsTyped();
    if (location.hash === "#replaced") {
      history.replaceState(null, "", location.pathname);
      say(this, "replaced");
    }
    this.#refresh();
  }

  disconnectedCallback() {
    this.#connection.abort();
    this.#changes.disconnect();
  }

  // Somebody who was asked who they are comes back to what they had typed, or to the part that the address names.
  #openWhatIsTyped() {
    for (const part of this.querySelectorAll("details")) {
      part.open ||= location.hash === `#${part.id}` || [...part.querySelectorAll("input:not([type=hidden]), textarea")].some(({ value }) => value);
    }
  }

  get #account() {
    return document.body.dataset.user;
  }

  async #refresh() {
    // A browser that can keep nothing has no key. The page says the rest.
    this.#status = await keyring.loadAccount(this.#account).catch(() => null);
    this.#here = await keysHere(this.#account);
    this.#showProblem(this.#status?.findings[0]);
    this.#mark();
  }

  #showProblem(finding) {
    this.toggleAttribute("data-key-problem", finding !== undefined);
    this.querySelector("key-problem").hidden = finding === undefined;
    if (finding) {
      this.dataset.keyProblem = finding;
      say(this.querySelector("key-problem"), finding);
    }
  }

  #mark() {
    if (!this.#here) {
      return;
    }
    const isElsewhere = ["other-key", "removed"].includes(this.#status?.state);
    for (const item of this.querySelectorAll("[data-fingerprint]")) {
      show(item, "data-here", "[data-if-here]", this.#here.has(item.dataset.fingerprint));
    }
    for (const item of this.querySelectorAll("[data-device]")) {
      const isThis = item.dataset.device === this.#status?.device;
      show(item, "data-this", "[data-if-this]", isThis);
      item.querySelector("[data-if-other]").hidden = isThis || isElsewhere;
    }
    for (const part of this.querySelectorAll("[data-if-none-here]")) {
      part.hidden = !isElsewhere;
    }
    for (const part of this.querySelectorAll("[data-unless-problem]")) {
      part.hidden = isElsewhere || this.hasAttribute("data-key-problem");
    }
  }

  async #submitted(event) {
    if (event.target.matches("[data-import]")) {
      event.preventDefault();
      await this.#import(event.target.querySelector("textarea"));
    } else if (event.target.matches("[data-own]:not([data-signed])")) {
      event.preventDefault();
      await this.#signAndSend(event.target);
    }
  }

  async #import(field) {
    try {
      const key = await keyring.importKey(this.#account, field.value);
      field.value = "";
      await this.#refresh();
      const known = this.querySelector(`[data-fingerprint="${key.fingerprint}"]`) || this.#status?.fingerprint === key.fingerprint;
      say(this, known ? "imported" : "imported-unknown");
    } catch (error) {
      say(this, error.name === "UnacceptableKey" ? `unacceptable-${error.rule}` : "unavailable") ||
        say(this, "unacceptable");
      field.focus();
    }
  }

  // The account's key vouches for an own key. What it can't vouch for goes unsigned, and the site says what is wrong.
  async #signAndSend(form) {
    const { label, public_key: pem, signature } = form.elements;
    const own = { pem: pem.value, label: plainLine(label.value).trim() };
    signature.value = await keyring.signOwn(this.#account, own).catch(() => "");
    form.dataset.signed = "";
    form.requestSubmit();
  }

  async #clicked(target) {
    const button = target.closest("[data-export]");
    if (!button) {
      return false;
    }
    try {
      await postForm(button.dataset.export, {}, { promised: ["fingerprint"] });
    } catch (error) {
      return leadToConfirmation(error) || say(this, "not-exported");
    }
    try {
      download("secureblogs-key.pem", await keyring.exportKey(this.#account), "application/x-pem-file");
      return say(this, "exported");
    } catch (error) {
      return say(this, error.name === "NoAccountKey" ? "no-key" : "unavailable");
    }
  }
}

function show(item, mark, parts, isShown) {
  item.toggleAttribute(mark, isShown);
  for (const part of item.querySelectorAll(parts)) {
    part.hidden = !isShown;
  }
}

customElements.define("my-keys", MyKeys);
