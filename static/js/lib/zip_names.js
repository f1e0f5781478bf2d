// Names of files and folders that Windows, macOS and Linux accept, and that a shell does not take for anything else.
import { plainLine } from "../crypto/lines.js";

const MOST_CHARACTERS = 60;
const MOST_BYTES = 120; // of UTF-8
const EXTENSION = /\.[A-Za-z0-9]{1,10}$/;
const FORBIDDEN = /[\p{Cc}<>:"/\\|?*]+/gu;
// Windows takes these for devices, whatever comes after a dot.
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])(?:[. ]|$)/i;

/** Names within one folder, none of which another one equals on a system that does not tell upper case from lower. */
export class Names {
  #taken = new Set();

  /** A name for a file; its extension stays. `otherwise` stands for one of which nothing is left. */
  ofFile(text, otherwise) {
    const [extension = ""] = EXTENSION.exec(text) ?? [];
    return this.#take(text.slice(0, text.length - extension.length), extension, otherwise);
  }

  /** A name for a folder. */
  ofFolder(text, otherwise) {
    return this.#take(text, "", otherwise);
  }

  #take(text, extension, otherwise) {
    const stem = safe(text) || otherwise;
    for (let number = 1; ; number += 1) {
      const name = `${stem}${number > 1 ? ` (${number})` : ""}${extension}`;
      const folded = name.normalize("NFKD").toUpperCase().toLowerCase();
      if (!this.#taken.has(folded)) {
        this.#taken.add(folded);
        return name;
      }
    }
  }
}

/** The address of a path, relative to where it begins. */
export function addressOf(path) {
  return encodeURIComponent(path).replaceAll("%2F", "/").replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16)}`);
}

function safe(text) {
  const line = plainLine(text.toWellFormed()).normalize("NFC").replace(FORBIDDEN, "-").replace(/\s+/g, " ");
  const name = trim(cut(trim(line)));
  return DEVICE.test(name) ? `_${name}` : name;
}

// What begins with a dot is hidden, and with a hyphen an option; Windows drops a dot or a space at the end.
function trim(text) {
  return text.replace(/^[\s.~-]+|[\s.]+$/g, "");
}

function cut(text) {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(MOST_BYTES));
  return [...text.slice(0, read)].slice(0, MOST_CHARACTERS).join("");
}
