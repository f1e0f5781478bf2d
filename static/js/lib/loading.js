// Loads an element's module when the first such element is in the page, now or later: most pages need few.
// A button that is pressed inside an element before its module is there is pressed again when it is.

/** `modules` maps names of elements to functions that import what defines them. */
export function loadWhenThere(modules) {
  const missing = new Map(Object.entries(modules));
  const loading = new Map();
  const load = () => {
    for (const [name, module] of missing) {
      if (document.querySelector(name)) {
        missing.delete(name);
        loading.set(name, finish(name, module));
      }
    }
  };
  const finish = async (name, module) => {
    // Gone with the network: the next change of the page tries again.
    await module().catch(() => missing.set(name, module));
    loading.delete(name);
  };
  load();
  new MutationObserver(load).observe(document.body, { childList: true, subtree: true });
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
