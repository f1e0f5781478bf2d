// Cleans what a text in Markdown became, and puts it into the page part after part.
import DOMPurify from "../../vendor/dompurify.js";
import { appendInSlices } from "./in_slices.js";
import { LINK } from "./texts.js";

const OWN = /^#?(?:(?:heading|note)-[1-9]\d{0,6}(?:-from-[1-9]\d{0,6})?|(?:file|picture)-[0-9a-f-]{36})$/;

// Nothing that loads, submits, styles or plays. A tag that is not listed is removed, its text stays.
const ALLOWED = {
  ALLOWED_TAGS: [
    ..."p br hr blockquote pre code em strong s sup a ul ol li table thead tbody tr th td h2 h3 h4 h5 h6".split(" "),
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
  // A text names nothing but its headings, footnotes and files, and leads nowhere else within the page.
  for (const name of ["id", "href"]) {
    const value = node.getAttribute(name) ?? "";
    if ((name === "id" || value.startsWith("#")) && !OWN.test(value)) {
      node.removeAttribute(name);
    }
  }
  if (node.hasAttribute("href") && !OWN.test(node.getAttribute("href"))) {
    node.setAttribute("target", "_blank");
    node.setAttribute("rel", "noopener noreferrer nofollow");
  }
});

/**
 * Puts the parts of a text into `place`, each {html} or {typed}, without keeping the tab for longer than a moment; stops
 * when `signal` is aborted. `finish` may change each fragment of cleaned elements first.
 */
export async function insert(parts, place, { signal, finish }) {
  const nodesOf = ({ html, typed }) => {
    const nodes = html === undefined ? asTyped(typed) : cleaned(html, finish);
    return parts.length > 1 ? boxed(nodes) : nodes;
  };
  await appendInSlices(parts, place, { signal, nodesOf });
}

// A DocumentFragment that is safe to put into the page.
function cleaned(html, finish) {
  const fragment = DOMPurify.sanitize(html, ALLOWED);
  finish(fragment);
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
