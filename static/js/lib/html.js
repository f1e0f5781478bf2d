// The one place that turns strings into HTML or into the address of a script. Its Trusted Types policy is not
// exported: HTML may only come from a page of this site, an address only from this site's own markup.
const RULES = {
  createHTML: (text) => text,
  createScriptURL: (address) => address,
  // Data in a <script type="application/json">, and nothing that does anything.
  createScript: (text) => JSON.stringify(JSON.parse(text)),
};
const policy = globalThis.trustedTypes?.createPolicy("secureblogs", RULES) ?? RULES;

/** The document in the text of a page that lib/http.js fetched from this site. Its scripts don't run. */
export function parsePage(text) {
  return new DOMParser().parseFromString(policy.createHTML(text), "text/html");
}

/** A copy of a part of such a page that can be put into this one. */
export function importPart(part) {
  const copy = document.importNode(part, true);
  for (const data of copy.querySelectorAll('script[type="application/json"]')) {
    // Trusted Types take a copied script for a modified one, whatever its type.
    const fresh = document.createElement("script");
    for (const { name, value } of data.attributes) {
      fresh.setAttribute(name, value);
    }
    fresh.textContent = policy.createScript(data.textContent);
    data.replaceWith(fresh);
  }
  return copy;
}

/** The address of the keyring's worker, whose file name holds a hash, so that only the page knows it. */
export function keyringWorkerAddress() {
  const address = new URL(document.querySelector('meta[name="keyring-worker"]').content, document.baseURI);
  if (address.origin !== location.origin) {
    throw new TypeError("The keyring's worker is a file of this site.");
  }
  return policy.createScriptURL(address.href);
}
