// <forget-account data-account="<uid>">: on the page that says that an account is deleted; deletes all that this browser
// keeps for it. Messages: forgotten, failed.
import { forgetAll } from "../lib/keyring.js";
import { say } from "../lib/messages.js";

class ForgetAccount extends HTMLElement {
  async connectedCallback() {
    say(this, await forgetAll(this.dataset.account).then(() => "forgotten", () => "failed"));
  }
}

customElements.define("forget-account", ForgetAccount);
