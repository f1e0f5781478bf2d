// <recovery-code>: shows a recovery code that was just made, and takes its last two groups as a proof that it was
// written down. `[data-make]` is a button that makes one; an account-maker brings the first by code:made {code}.
// `[data-shown]` has the code in `[data-code]`, for paper also in a <qr-code>, and a `[data-print]` button and
// `form[data-confirm]`. Fires code:confirmed on the document. Messages: making, made, wrong-groups, confirmed, failed, unavailable, no-key.
import "./qr_code.js";
import { changeKeyholders, makeCode } from "../lib/account.js";
import { explain } from "../lib/field_errors.js";
import { keepFocus } from "../lib/keep_focus.js";
import { message, say } from "../lib/messages.js";
import { leadToConfirmation } from "../lib/reauthentication.js";

const GROUP = 4;

class RecoveryCode extends HTMLElement {
  #connection = null;
  #code = null;

  connectedCallback() {
    this.#connection = new AbortController();
    const { signal } = this.#connection;
    document.addEventListener("code:made", ({ detail }) => this.#show(detail.code), { signal });
    this.addEventListener("click", ({ target }) => this.#clicked(target), { signal });
    this.addEventListener("submit", (event) => this.#submitted(event), { signal });
  }

  disconnectedCallback() {
    this.#connection.abort();
  }

  async #clicked(target) {
    if (target.closest("[data-make]")) {
      say(this, "making");
      await this.#try(async () => this.#show(await makeCode(document.body.dataset.user)));
    } else if (target.closest("[data-print]")) {
      print();
    }
  }

  #show(code) {
    this.#code = code;
    this.querySelector("[data-code]").textContent = code;
    this.querySelector("qr-code").show(code);
    this.querySelector("[data-shown]").hidden = false;
    say(this, "made");
  }

  async #submitted(event) {
    event.preventDefault();
    const field = this.querySelector("[data-confirm] input");
    const plain = (text) => text.normalize("NFKC").replace(/[\s\p{Pd}]/gu, "").toUpperCase().replaceAll("O", "0").replace(/[IL]/g, "1");
    const isRight = plain(field.value) === plain(this.#code).slice(-2 * GROUP);
    explain(field, isRight ? null : message(this, "wrong-groups"));
    if (!isRight) {
      return;
    }
    await this.#try(async () => {
      await changeKeyholders(document.body.dataset.user, "prepareConfirmation", this.#code);
      this.#code = null;
      field.value = "";
      const giveFocus = keepFocus(this);
      this.querySelector("[data-shown]").hidden = true;
      giveFocus(this.querySelector("[data-make]:not([hidden] *)") ?? this);
      say(this, "confirmed");
      document.dispatchEvent(new CustomEvent("code:confirmed", { detail: {} }));
    });
  }

  async #try(act) {
    try {
      await act();
    } catch (error) {
      if (!leadToConfirmation(error)) {
        say(this, { Unavailable: "unavailable", NoAccountKey: "no-key" }[error.name] ?? "failed");
      }
    }
  }
}

customElements.define("recovery-code", RecoveryCode);
