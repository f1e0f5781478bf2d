// The pages of a zip, to be read without this site: made of nodes alone, so that no words in them become markup, and written
// in a document that nothing runs or loads in. A policy in each forbids scripts, and all but the pictures beside it.
const STYLE = `
:root {
  color-scheme: light dark; --paper: #fcfbf8; --ink: #1d1c1a; --soft: #57534c; --rule: #dedad1; --accent: #17563f;
  background: var(--paper); color: var(--ink); font: 1.125rem/1.6 Charter, Georgia, "Songti SC", serif;
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #161819; --ink: #e6e2d9; --soft: #aba79e; --rule: #313537; --accent: #8ecbab; }
}
body { max-width: 38rem; margin: 3rem auto; padding: 0 1.25rem; overflow-wrap: break-word; }
h1, h2, h3, h4, h5, h6 { line-height: 1.25; font-weight: 500; }
h2 { margin-block-start: 2.5rem; }
a { color: var(--accent); text-underline-offset: 0.2em; text-decoration-thickness: 1px; }
img { display: block; max-width: 100%; height: auto; border-radius: 4px; }
pre, .prose__scroll { overflow-x: auto; }
table { border-collapse: collapse; }
td, th { border-block-end: 1px solid var(--rule); padding: 0.25rem 1rem 0.25rem 0; }
blockquote { margin-inline: 0; padding-inline-start: 1rem; border-inline-start: 2px solid var(--rule); }
.facts, .lines { color: var(--soft); font-size: 0.9375rem; }
.lines { padding: 0; list-style: ""; }
.lines > li { padding-block: 0.5rem; border-block-start: 1px solid var(--rule); }
.lines strong { color: var(--ink); font-weight: 500; }
.lines a, .lines strong { font-size: 1.125rem; }
.typed { white-space: pre-wrap; }
article { padding-block-start: 0.5rem; border-block-start: 1px solid var(--rule); }
.answer { margin-inline-start: 2rem; }
`;
const inert = document.implementation.createHTMLDocument("");

/** An element that is in no page; attributes that are null are left out. */
export function node(name, attributes, ...children) {
  const made = inert.createElement(name);
  const given = Object.entries(attributes).filter(([, value]) => value !== null);
  given.forEach(([key, value]) => made.setAttribute(key, value));
  made.append(...children);
  return made;
}

/** A paragraph of facts about what stands below. */
export function facts(...children) {
  return node("p", { class: "facts" }, ...children);
}

/** A list, or nothing without lines. */
export function list(lines) {
  return lines.length ? [node("ul", { class: "lines" }, ...lines.map((line) => node("li", {}, ...[line].flat())))] : [];
}

/** The text of a page with this title. */
export async function pageText(title, ...children) {
  const page = document.implementation.createHTMLDocument(title);
  const { lang, dir } = document.documentElement;
  Object.assign(page.documentElement, { lang, dir });
  page.head.prepend(
    node("meta", { charset: "utf-8" }),
    node("meta", { "http-equiv": "Content-Security-Policy", content: await policy() }),
    node("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
    node("meta", { name: "referrer", content: "no-referrer" }),
  );
  page.body.append(node("main", {}, node("h1", { dir: "auto" }, title), ...children));
  // Of an element for the style a browser says that this site's own policy forbids it.
  const text = new XMLSerializer().serializeToString(page.documentElement).replace("</head>", `<style>${STYLE}</style></head>`);
  return `<!DOCTYPE html>\n${text}\n`;
}

// Of a page that was opened from a disk, 'self' is no file beside it.
async function policy() {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(STYLE));
  const hash = btoa(String.fromCharCode(...new Uint8Array(digest)));
  return `default-src 'none'; img-src 'self' file:; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
}
