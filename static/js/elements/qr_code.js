// <qr-code>: draws a QR code in this browser, of its data-text or of what `show` takes.
import { generate } from "../../vendor/qr.js";

const MARGIN = 4; // modules of white around it, as the standard has it
const SCALE = 5; // pixels

class QrCode extends HTMLElement {
  connectedCallback() {
    if (this.dataset.text) {
      this.show(this.dataset.text);
    }
  }

  show(text) {
    const code = generate(text);
    const canvas = document.createElement("canvas");
    code.toCanvas(canvas, { on: [0, 0, 0], off: [255, 255, 255], padX: MARGIN, padY: MARGIN, scale: SCALE });
    this.replaceChildren(canvas);
  }
}

customElements.define("qr-code", QrCode);
