// What a page does while IndexedDB waits for other pages, and what it says when they have changed or deleted a database.
const PATIENCE = 5_000; // milliseconds: other pages let go of a database at once
// A request that waits behind one that is blocked is told nothing at all; so may one be on a slow disk.
const PATIENCE_WITHOUT_WORD = 20_000;

/**
 * The result of a request to IndexedDB, or its error. A page of another version may keep the database open, and one that the
 * browser has frozen does not hear that it should let go: then it rejects with Outdated after a while.
 */
export function settled(request) {
  const patience = [];
  const settling = new Promise((resolve, reject) => {
    const giveUp = () => {
      request.onsuccess = () => request.result?.close();
      reject(gone("keys.blocked"));
    };
    const giveUpIn = (time) => patience.push(setTimeout(giveUp, time));
    giveUpIn(PATIENCE_WITHOUT_WORD);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error.name === "VersionError" ? gone("script.missing") : request.error);
    request.onblocked = () => giveUpIn(PATIENCE);
  });
  return settling.finally(() => patience.forEach(clearTimeout));
}

/**
 * Has the page say what became of a database, whatever part of it or of its worker found it out; the error of what could not be
 * done. script.missing: a page of a newer version has another form for the database, and this page has to be loaded again.
 * keys.blocked: a page of an older version keeps it open. browser.forgotten: another tab deleted it.
 */
export function gone(event, name = "Outdated") {
  globalThis.document ? document.dispatchEvent(new CustomEvent(event, { detail: {} })) : postMessage({ event });
  return errorNamed(event, name);
}

/** An error that bears the event as its message; it tells nobody. */
export const errorNamed = (event, name) => Object.assign(new Error(event), { name });
