// Loads an element's module when the first such element is in the page, now or later: most pages need few.

/** `modules` maps names of elements to functions that import what defines them. */
export function loadWhenThere(modules) {
  const missing = new Map(Object.entries(modules));
  const load = () => {
    for (const [name, module] of missing) {
      if (document.querySelector(name)) {
        missing.delete(name);
        // Gone with the network: the next change of the page tries again.
        module().catch(() => missing.set(name, module));
      }
    }
  };
  load();
  new MutationObserver(load).observe(document.body, { childList: true, subtree: true });
}
