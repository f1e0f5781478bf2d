// Loads modules when they are needed: most pages need few.
import { NotLoaded } from "./http.js";

/** Has the page say that a script did not load: the site has newer scripts than this page, or the network is gone. */
export function sayMissing() {
  document.dispatchEvent(new CustomEvent("script.missing", { detail: {} }));
}

/** A MarkdownRenderer; NotLoaded. */
export async function loadMarkdown() {
  try {
    const { MarkdownRenderer } = await import("./markdown.js");
    return new MarkdownRenderer();
  } catch (cause) {
    throw new NotLoaded("", { cause });
  }
}

/** The ShownFiles of a text that has some, and otherwise null; NotLoaded. */
export async function loadFiles(host, files, load) {
  if (files.length === 0) {
    return null;
  }
  try {
    const { ShownFiles } = await import("./shown_files.js");
    return new ShownFiles(host, files, load);
  } catch (cause) {
    throw new NotLoaded("", { cause });
  }
}

/**
 * Loads an element's module when the first such element is in the page, now or later. If a person presses a button
 * inside an element before its module is there, it is pressed again afterwards.
 * `modules` maps names of elements to functions that import the modules which define them.
 */
export function loadWhenThere(modules) {
  const missing = new Map(Object.entries(modules));
  const loading = new Map();
  const load = (places) => {
    for (const [name, module] of missing) {
      if (places.some((place) => place.matches?.(name) || place.querySelector(name))) {
        missing.delete(name);
        loading.set(name, finish(name, module));
      }
    }
  };
  const finish = async (name, module) => {
    await module().catch(() => {
      // The next such element tries again.
      missing.set(name, module);
      sayMissing();
    });
    loading.delete(name);
  };
  load([document.body]);
  // Only what is new is searched: a long text comes in many parts.
  const added = (records) => records.flatMap((record) => [...record.addedNodes]).filter((node) => node.querySelector);
  new MutationObserver((records) => load(added(records))).observe(document.body, { childList: true, subtree: true });
  document.addEventListener("click", (event) => pressAgain(event, loading), { capture: true });
}

function pressAgain(event, loading) {
  const button = event.target.closest("button");
  const name = button && [...loading.keys()].find((element) => button.closest(element));
  if (name) {
    event.preventDefault();
    event.stopPropagation();
    loading.get(name).then(() => button.click());
  }
}
