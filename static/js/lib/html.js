// The one place that turns strings into HTML or into the address of a script. It keeps its Trusted Types policy to
// itself: HTML comes only from a page of this site, and an address only from this site's own markup.
const RULES = {
  createHTML: (text) => text,
  createScriptURL: (address) => address,
  // Only JSON, which a browser does not run.
  createScript: (text) => JSON.stringify(JSON.parse(text)),
};
const policy = globalThis.trustedTypes?.createPolicy("secureblogs", RULES) ?? RULES;

/** The document of a page that lib/http.js fetched from this site. Browsers don't run its scripts. */
export function parsePage(text) {
  return new DOMParser().parseFromString(policy.createHTML(text), "text/html");
}

/** A copy of a part of such a page, to be put into this page. */
export function importPart(part) {
  const copy = document.importNode(part, true);
  for (const data of copy.querySelectorAll('script[type="application/json"]')) {
    // A browser takes a copied script for a modified one, whatever its type, and Trusted Types refuse that.
    const fresh = document.createElement("script");
    for (const { name, value } of data.attributes) {
      fresh.setAttribute(name, value);
    }
    fresh.textContent = policy.createScript(data.textContent);
    data.replaceWith(fresh);
  }
  return copy;
}

/** The address of the "keyring", "markdown" or "files" worker. Its file name holds a hash, which only the server knows. */
export function workerAddress(name) {
  const address = new URL(document.querySelector(`meta[name="${name}-worker"]`).content, document.baseURI);
  if (address.origin !== location.origin) {
    throw new TypeError("A worker's script is a file of this site.");
  }
  return policy.createScriptURL(address.href);
}
