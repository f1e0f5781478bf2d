// The author chooses a group while writing; the page then shows who will read a post there, as the site says.
import { freshPage } from "./fresh_page.js";
import { importPart } from "./html.js";

/** Shows in an editor's `[data-readers]` who will read a post in the group that it is for by now. */
export async function showReaders(editor) {
  const { slug } = editor.dataset;
  history.replaceState(null, "", slug ? `?group=${slug}` : location.pathname);
  const readers = (await freshPage()).querySelector("[data-readers]");
  if (readers && editor.dataset.slug === slug) {
    editor.querySelector("[data-readers]").replaceWith(importPart(readers));
  }
}
