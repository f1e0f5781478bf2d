// What a tab remembers over its pages, a reload and a restart of the browser. In a browser that stores nothing, a tab
// remembers nothing.

/** The text under a name, or null. */
export function recall(name) {
  return withStorage((storage) => storage.getItem(name));
}

export function remember(name, text) {
  withStorage((storage) => storage.setItem(name, text));
}

export function forget(name) {
  withStorage((storage) => storage.removeItem(name));
}

/** The names that begin with the prefix. */
export function namesOf(prefix) {
  return withStorage((storage) => Object.keys(storage).filter((name) => name.startsWith(prefix))) ?? [];
}

function withStorage(use) {
  try {
    return use(sessionStorage);
  } catch {
    return null;
  }
}
