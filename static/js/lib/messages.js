// The words of an element: `<template data-message="name">` in its markup, with {placeholders} for values.

/**
 * Shows the message in the element's `[data-says]` place; false if the markup has no such words or place. `of` is
 * another element that has the words, for many elements of one kind.
 */
export function say(element, name, values = {}, { of = element } = {}) {
  const place = own(element, "[data-says]");
  const words = message(of, name, values);
  if (!place || !words) {
    return false;
  }
  place.dataset.said = name;
  place.replaceChildren(words);
  place.hidden = false;
  return true;
}

/** The name of the message that stands there, or "". */
export function said(element) {
  return own(element, "[data-says]")?.dataset.said ?? "";
}

export function sayNothing(element) {
  const place = own(element, "[data-says]");
  if (place) {
    delete place.dataset.said;
    place.replaceChildren();
  }
}

/** The message as a fragment with its placeholders filled, or null. Values only ever become text. */
export function message(element, name, values = {}) {
  const template = own(element, `template[data-message="${CSS.escape(name)}"]`);
  if (!template) {
    return null;
  }
  const words = document.importNode(template.content, true);
  const nodes = document.createTreeWalker(words, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  while (nodes.nextNode()) {
    const node = nodes.currentNode;
    if (node.nodeType === Node.TEXT_NODE) {
      node.data = fill(node.data, values);
    } else if (node.hasAttribute("href")) {
      node.setAttribute("href", fill(node.getAttribute("href"), values));
    }
  }
  return words;
}

/** The text with its {name}s filled in, as far as there are values; numbers as the page's language writes them. */
export function fill(text, values, language = document.documentElement.lang) {
  return text.replace(/\{([a-z_]+)\}/g, (whole, name) => {
    const value = Object.hasOwn(values, name) ? values[name] : whole;
    return typeof value === "number" ? value.toLocaleString(language || undefined) : String(value);
  });
}

// The first match that belongs to the element itself and not to another custom element inside; a <live-part> inside
// does not count.
function own(element, selector) {
  return [...element.querySelectorAll(selector)].find((found) => {
    let owner = found.parentElement;
    while (owner !== element && (!owner.localName.includes("-") || owner.localName === "live-part")) {
      owner = owner.parentElement;
    }
    return owner === element;
  });
}

/** Has screen readers say something, politely, from the page's one live region. */
export function announce(text) {
  const region = document.getElementById("announcer");
  if (region && text.trim()) {
    // A screen reader says nothing about a region that doesn't change, although the same words can be news.
    region.textContent = "";
    setTimeout(() => {
      region.textContent = text.trim();
    }, 50);
  }
}
