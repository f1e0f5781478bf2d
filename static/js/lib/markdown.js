// Shows a text in Markdown, for the author's preview and for every reader. A worker parses the text and is ended when
// that takes too long; then the page cleans and inserts part after part, so that no text freezes the tab.
import DOMPurify from "../../vendor/dompurify.js";
import { workerAddress } from "./html.js";
import { NotLoaded } from "./http.js";
import { message } from "./messages.js";
import { directionOf, LINK, piecesOf } from "./texts.js";

const PATIENCE = 2_000; // milliseconds for a text
const LOADING = 30_000; // milliseconds for the worker's script
const SLICE = 12; // milliseconds of work between two pauses
const HEADING = /^#?heading-[1-9]\d{0,6}$/;

// Nothing that loads, submits, styles or plays. A tag that is not listed is removed, its text stays.
const ALLOWED = {
  ALLOWED_TAGS: [
    ..."p br hr blockquote pre code em strong s a ul ol li table thead tbody tr th td h2 h3 h4 h5 h6".split(" "),
    "#text",
  ],
  ALLOWED_ATTR: ["href", "title", "align", "start", "rel", "target", "id"],
  ALLOWED_URI_REGEXP: LINK,
  // DOMPurify holds every other attribute against the rule for addresses.
  ADD_URI_SAFE_ATTR: ["align", "start", "id"],
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};

DOMPurify.addHook("afterSanitizeAttributes", (node) => {
  // A text names nothing but its headings, and leads nowhere else within the page.
  for (const name of ["id", "href"]) {
    const value = node.getAttribute(name) ?? "";
    if ((name === "id" || value.startsWith("#")) && !HEADING.test(value)) {
      node.removeAttribute(name);
    }
  }
  if (node.hasAttribute("href") && !HEADING.test(node.getAttribute("href"))) {
    node.setAttribute("target", "_blank");
    node.setAttribute("rel", "noopener noreferrer nofollow");
  }
});

/** Shows one text. Its worker starts at once, so that it is ready when the text is. Call `end` afterwards. */
export class MarkdownRenderer {
  #worker = new Worker(workerAddress("markdown"), { type: "module", name: "markdown" });
  #isReady = this.#answer(LOADING);

  /**
   * Shows the text in `place`, in place of what stands there, and marks it as busy meanwhile; stops when `signal` is
   * aborted; NotLoaded. The host's `[data-typed]` says if the text or parts of it are as typed. Messages of the host:
   * typed, typed-partly.
   */
  async show(text, { host, place, signal }) {
    place.ariaBusy = "true";
    const parsed = await this.#parse(text);
    if (!signal?.aborted) {
      const { parts, isWhole } = parsed ?? { parts: piecesOf(text).map((typed) => ({ typed })) };
      explain(host, parsed === null ? "typed" : isWhole ? null : "typed-partly");
      // With `dir="auto"` a browser looks for the direction of the whole again as each part comes.
      place.dir = directionOf(text);
      place.replaceChildren();
      await insert(parts, place, signal);
      place.ariaBusy = null;
    }
  }

  async #parse(text) {
    if (!(await this.#isReady)) {
      throw new NotLoaded();
    }
    this.#worker.postMessage(text);
    const parsed = await this.#answer(PATIENCE);
    this.end();
    return parsed;
  }

  end() {
    this.#worker.terminate();
  }

  // The worker's next message, or null if none comes in time.
  #answer(patience) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, patience, null);
      const answer = (event) => {
        clearTimeout(timer);
        resolve(event.data ?? null);
      };
      this.#worker.addEventListener("message", answer, { once: true });
      this.#worker.addEventListener("error", answer, { once: true });
    });
  }
}

async function insert(parts, place, signal) {
  let due = performance.now() + SLICE;
  const pauseIfDue = async () => {
    if (performance.now() > due) {
      await pause();
      due = performance.now() + SLICE;
    }
  };
  for (const { html, typed } of parts) {
    const nodes = html === undefined ? asTyped(typed) : cleaned(html);
    await pauseIfDue();
    if (signal?.aborted || !place.isConnected) {
      return;
    }
    place.append(parts.length > 1 ? boxed(nodes) : nodes);
    // The browser lays it out here, or the next frame would have to lay out many parts at once.
    place.getBoundingClientRect();
    await pauseIfDue();
  }
}

// A DocumentFragment that is safe to put into the page.
function cleaned(html) {
  const fragment = DOMPurify.sanitize(html, ALLOWED);
  for (const table of fragment.querySelectorAll("table")) {
    const box = document.createElement("div");
    box.className = "prose__scroll";
    table.replaceWith(box);
    box.append(table);
  }
  // A part that is wider than the page scrolls in its own box, which a keyboard must reach.
  for (const box of fragment.querySelectorAll(".prose__scroll, pre")) {
    box.tabIndex = 0;
  }
  return fragment;
}

function asTyped(text) {
  const piece = document.createElement("div");
  piece.className = "prose__typed";
  piece.textContent = text;
  return piece;
}

// A box of a long text, which the browser lays out only when it comes near the screen.
function boxed(nodes) {
  const box = document.createElement("div");
  box.className = "prose__part";
  box.append(nodes);
  return box;
}

function explain(host, name) {
  const place = host.querySelector("[data-typed]");
  place.hidden = name === null;
  place.replaceChildren(name ? message(host, name) : "");
}

// Lets input, timers and a frame go first. Browsers slow the timers of a hidden page down, but not its messages.
function pause() {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => resolve(port1.close());
    document.hidden ? port2.postMessage(null) : setTimeout(resolve);
  });
}
