// The forms of a page. Two clicks send a form once.
//
// What a person types into a form stays in its tab until the site took it or they empty the form: when the session ends
// meanwhile, when the form's token is too old, when no answer comes, when they leave the page. The browser keeps it for
// each person apart, in the tab, and never a password or a private key.
import { forget, namesOf, recall, remember } from "./tab_memory.js";

const FORMS = "form[method=post]";
const LONGEST = 30_000; // milliseconds: nobody tells a page that its person stopped the browser's loading
const KINDS = "text search email url tel number date textarea select-one radio checkbox".split(" ");
const CHOICES = ["radio", "checkbox"];
const NEVER = ["off", "one-time-code"];

/** Lets a form that is on its way take no second one: two clicks send it once. Call it once in a page. */
export function sendFormsOnce() {
  const onTheirWay = new Set();
  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (event.defaultPrevented || !form.matches(FORMS)) {
      return;
    }
    if (onTheirWay.has(form)) {
      event.preventDefault();
      return;
    }
    onTheirWay.add(form);
    submitter?.setAttribute("aria-busy", "true");
    const release = () => {
      onTheirWay.delete(form);
      submitter?.removeAttribute("aria-busy");
    };
    setTimeout(release, LONGEST);
    // The browser may bring the page back as it was.
    addEventListener("pageshow", release, { once: true });
  });
}

/** Call it once in a page, after sendFormsOnce. */
export function keepForms() {
  showTheWayBack(settle());
  const words = document.getElementById("typed-before");
  restoreForms(document).forEach((form) => form.prepend(document.importNode(words.content, true)));
  document.addEventListener("input", ({ target }) => target.form?.matches(FORMS) && keep(target.form));
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && event.target.matches(FORMS)) {
      keep(event.target, { isSent: true });
    }
  });
}

/** Fills the forms of a part of the page with what was typed and not sent; those in which that changed something. */
export function restoreForms(part) {
  return [...part.querySelectorAll(FORMS)].filter((form) => {
    const { fields = [], isSent } = JSON.parse(recall(nameOf(form))) ?? {};
    return !isSent && fields.map((field) => fill(form, field)).includes(true);
  });
}

// The site answers every form that it takes with a redirect. A page that came by one from the form's own page, for the
// same person and without an alarm, means that the site took it. Otherwise the form counts as not sent.
function settle() {
  const refused = [];
  for (const name of namesOf("typed/")) {
    const entry = JSON.parse(recall(name));
    if (entry.isSent && isAnswerTo(entry)) {
      forget(name);
    } else if (entry.isSent) {
      refused.push(entry.page);
      remember(name, JSON.stringify({ ...entry, isSent: false }));
    }
  }
  return refused;
}

function isAnswerTo({ page, user }) {
  const [navigation] = performance.getEntriesByType("navigation");
  const isRedirect = navigation?.type === "navigate" && navigation.redirectCount > 0;
  const isSamePerson = !user || user === document.body.dataset.user;
  // A page that asks once more who one is comes before the answer.
  const isRefusal = document.querySelector("[role=alert], [data-detour]") !== null;
  return isRedirect && isSamePerson && document.referrer === page && !isRefusal;
}

function showTheWayBack([page]) {
  const link = document.querySelector("[data-back-to-form]");
  if (link && page) {
    link.href = page;
    link.hidden = false;
  }
}

function keep(form, { isSent = false } = {}) {
  const fields = [...form.elements].filter((control) => isTyped(control, form)).map(valueOf);
  if (fields.length) {
    const [page] = location.href.split("#");
    remember(nameOf(form), JSON.stringify({ page, user: document.body.dataset.user, isSent, fields }));
  } else {
    forget(nameOf(form));
  }
}

function isTyped(control, form) {
  const { type, name, value, autocomplete } = control;
  if (!name || !KINDS.includes(type) || NEVER.includes(autocomplete) || value.includes("PRIVATE KEY")) {
    return false;
  }
  // A form that comes back with errors holds what was typed as if it had always been there.
  return isChanged(control) || (form.querySelector("[aria-invalid=true]") !== null && value !== "");
}

function isChanged(control) {
  if (CHOICES.includes(control.type)) {
    return control.checked !== control.defaultChecked;
  }
  const [first, ...others] = control.options ?? [];
  return control.value !== (first ? (others.find((option) => option.defaultSelected) ?? first).value : control.defaultValue);
}

function valueOf({ type, name, value, checked }) {
  return CHOICES.includes(type) ? { name, value, checked } : { name, value };
}

// Whether anything in the form is different now.
function fill(form, { name, value, checked }) {
  const isChoice = checked !== undefined;
  const control = [...form.elements].find((each) => each.name === name && (!isChoice || each.value === value));
  if (!control || (isChoice ? control.checked === checked : control.value === value)) {
    return false;
  }
  Object.assign(control, isChoice ? { checked } : { value });
  // Somebody would send unseen what is folded away.
  control.closest("details")?.setAttribute("open", "");
  return true;
}

function nameOf(form) {
  const { pathname } = new URL(form.getAttribute("action") || location.href, location.href);
  return `typed/${document.body.dataset.user ?? ""}${pathname}`;
}
