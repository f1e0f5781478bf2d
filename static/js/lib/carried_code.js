// The code of a QR code's address stands behind its `#`, which no server sees. Whoever has to log in first finds it again.
import { forget, recall, remember } from "./tab_memory.js";

const NAME = "admission-code";
const CODE = /^#([0-9A-Z-]{16,19})$/i;

/** Takes the code out of the address, and keeps it for the page after the sign-in. */
export function carryCode() {
  const [, code] = CODE.exec(location.hash) ?? [];
  if (code) {
    history.replaceState(history.state, "", location.pathname + location.search);
    remember(NAME, code);
  }
}

/** The code of this page's address or of the one before the sign-in, which is forgotten with that; or "". */
export function takeCode() {
  carryCode();
  const code = recall(NAME);
  forget(NAME);
  return code ?? "";
}
