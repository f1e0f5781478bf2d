// The one place that turns strings into HTML or into the address of a script. Its Trusted Types policy is not
// exported: HTML may only come from a page of this site, an address only from this site's own markup.
const SAME = (text) => text;
const policy = globalThis.trustedTypes?.createPolicy("secureblogs", { createHTML: SAME, createScriptURL: SAME }) ?? {
  createHTML: SAME,
  createScriptURL: SAME,
};

/** The document in the text of a page that lib/http.js fetched from this site. Its scripts don't run. */
export function parsePage(text) {
  return new DOMParser().parseFromString(policy.createHTML(text), "text/html");
}

/** The address of the keyring's worker, whose file name holds a hash, so that only the page knows it. */
export function keyringWorkerAddress() {
  const address = new URL(document.querySelector('meta[name="keyring-worker"]').content, document.baseURI);
  if (address.origin !== location.origin) {
    throw new TypeError("The keyring's worker is a file of this site.");
  }
  return policy.createScriptURL(address.href);
}
