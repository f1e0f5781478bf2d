// Markdown to sanitised nodes: the same function for the writer's preview and for every reader.
import DOMPurify from "../../vendor/dompurify.js";
import MarkdownIt from "../../vendor/markdown.js";
import { imagesAsLinks } from "./images_as_links.js";
import { webAddresses } from "./web_addresses.js";

const LINK = /^(?:https?:\/\/|mailto:)/i;
const BOXES = { "[ ] ": "\u2610 ", "[x] ": "\u2611 ", "[X] ": "\u2611 " };

const markdown = new MarkdownIt({ html: false, linkify: true });
markdown.linkify = webAddresses;
markdown.validateLink = (address) => LINK.test(address);
markdown.use(imagesAsLinks);
markdown.core.ruler.push("secureblogs", adapt);

// Nothing that loads, submits, styles, names or plays. What is not listed is removed, its text stays.
const ALLOWED = {
  ALLOWED_TAGS: [
    ..."p br hr blockquote pre code em strong s a ul ol li table thead tbody tr th td h2 h3 h4 h5 h6".split(" "),
    "#text",
  ],
  ALLOWED_ATTR: ["href", "title", "align", "start", "rel", "target"],
  ALLOWED_URI_REGEXP: LINK,
  // Every other attribute is held against the rule for addresses.
  ADD_URI_SAFE_ATTR: ["align", "start"],
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};

DOMPurify.addHook("afterSanitizeAttributes", (node) => {
  if (node.nodeName === "A") {
    node.setAttribute("target", "_blank");
    node.setAttribute("rel", "noopener noreferrer nofollow");
  }
});

/** Shows the text in an element of the page, in place of what stands there. */
export function showMarkdown(place, text) {
  const nodes = render(text);
  const { dir } = place;
  // With `dir="auto"` the browser looks for the direction of the whole again as each paragraph comes: minutes, for a
  // long text of short ones.
  place.dir = "";
  place.replaceChildren(nodes);
  place.dir = dir;
}

// A DocumentFragment that is safe to put into the page.
function render(text) {
  const fragment = DOMPurify.sanitize(markdown.render(text), ALLOWED);
  for (const table of fragment.querySelectorAll("table")) {
    const box = document.createElement("div");
    box.className = "prose__scroll";
    table.replaceWith(box);
    box.append(table);
  }
  // What is wider than the page scrolls in its own box, which a keyboard must reach.
  for (const box of fragment.querySelectorAll(".prose__scroll, pre")) {
    box.tabIndex = 0;
  }
  return fragment;
}

function adapt(state) {
  const above = [];
  for (const [at, token] of state.tokens.entries()) {
    if (token.type === "heading_open") {
      nest(token, state.tokens[at + 2], above);
    }
    const alignment = /^text-align:(left|center|right)$/.exec(token.attrGet("style") ?? "");
    if (alignment) {
      token.attrs = [["align", alignment[1]]];
    }
    if (token.type === "inline" && state.tokens[at - 2]?.type === "list_item_open") {
      drawBox(token.children[0]);
    }
  }
}

// The page has one h1, its title. Below it an outline skips no level, whichever the text begins with or leaves out.
function nest(opening, closing, above) {
  const level = Number(opening.tag[1]);
  while (above.at(-1) >= level) {
    above.pop();
  }
  above.push(level);
  opening.tag = closing.tag = `h${Math.min(6, above.length + 1)}`;
}

function drawBox(text) {
  const box = text?.type === "text" && BOXES[text.content.slice(0, 4)];
  if (box) {
    text.content = box + text.content.slice(4);
  }
}
