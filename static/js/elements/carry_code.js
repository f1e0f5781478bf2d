// <carry-code>: on the sign-in's pages, takes the code of a QR code along.
import { carryCode } from "../lib/carried_code.js";

class CarryCode extends HTMLElement {
  connectedCallback() {
    carryCode();
  }
}

customElements.define("carry-code", CarryCode);
