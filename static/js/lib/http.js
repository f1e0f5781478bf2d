// Fetches JSON and pages of this site, with a CSRF token, whose page it is, a time limit, and errors that say what
// happened. A proxy may answer in the site's place, with a page and 200: only what was promised counts as a success.
import { parsePage } from "./html.js";

const TIMEOUT = 30_000; // milliseconds
const BYTES = "application/octet-stream";

/** The site refused or failed. `body` is the JSON of its answer, or null. */
export class HttpError extends Error {
  name = "HttpError";

  constructor(status, body = null) {
    super(`HTTP ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** No answer of the site came: no network, no server, not in time, or something in between answered instead. */
export class Offline extends Error {
  name = "Offline";
}

/** A script of this page did not load: the site has newer ones, or the network is gone. */
export class NotLoaded extends Error {
  name = "NotLoaded";
}

/** The person whose page this is is no longer logged in. */
export class SessionEnded extends Error {
  name = "SessionEnded";
}

/** Somebody else is logged in in this browser now, so that the site did nothing. */
export class SomebodyElse extends HttpError {
  name = "SomebodyElse";
}

/** The JSON of the answer, an object with the members that are `promised`. */
export async function getJson(address, { promised, timeout = TIMEOUT }) {
  return readJson(await send(address, { timeout, headers: ownHeaders() }), promised);
}

/** The text of an answer in JSON, for which somebody else checks what it says. */
export async function getText(address, { timeout = TIMEOUT } = {}) {
  const response = await send(address, { timeout, headers: ownHeaders() });
  if (!response.ok || !isJson(response)) {
    await readJson(response, []);
    throw new Offline();
  }
  return read(response, "text");
}

/** The bytes of an answer, as a Blob. */
export async function getBlob(address, { timeout = TIMEOUT, signal }) {
  const response = await send(address, { timeout, signal, headers: ownHeaders() });
  if (!response.ok || response.headers.get("Content-Type") !== BYTES) {
    await readJson(response, []);
    throw new Offline();
  }
  return read(response, "blob");
}

/** {status, body} of a JSON body sent; `promised` are the members of the answer's. */
export function postJson(address, body, options) {
  return sendJson("POST", address, body, options);
}

/** The same by another method. */
export function sendJson(method, address, body, options) {
  return sendBody(method, address, JSON.stringify(body), { type: "application/json", ...options });
}

/** The same of a Blob, by PUT. */
export function putBytes(address, blob, options) {
  return sendBody("PUT", address, blob, { type: BYTES, ...options });
}

async function sendBody(method, address, body, { type, promised, timeout = TIMEOUT, signal }) {
  const headers = { ...ownHeaders(), "Content-Type": type, "X-CSRFToken": csrfToken() };
  const response = await send(address, { method, timeout, signal, headers, body });
  return { status: response.status, body: await readJson(response, promised) };
}

/** The same of a form sent. */
export async function postForm(address, fields, { promised, timeout = TIMEOUT }) {
  const headers = { ...ownHeaders(), "X-CSRFToken": csrfToken() };
  const response = await send(address, { method: "POST", timeout, headers, body: new URLSearchParams(fields) });
  return { status: response.status, body: await readJson(response, promised) };
}

/** A page of this site as a Document, as the person of this page sees it. */
export async function getPage(address, { timeout = TIMEOUT } = {}) {
  const response = await send(address, { timeout, headers: { Accept: "text/html" } });
  const page = parsePage(await read(response, "text"));
  // A page of this site names its person, or has what base.html has.
  if (!page.body.dataset.user && !page.getElementById("announcer")) {
    throw new Offline();
  }
  if (!response.ok) {
    throw new HttpError(response.status);
  }
  // The server leads a signed-out visitor to the sign-in, which is a page like any other.
  if (page.body.dataset.user !== document.body.dataset.user) {
    throw new SessionEnded();
  }
  return page;
}

/**
 * {fields: {name: sentence}, first: sentence or null} of a refusal, which is {"errors": {"title": ["Sentence."]}}; {} and
 * null if it has another shape.
 */
export function errorsOf({ body }) {
  const errors = Object.entries(body?.errors ?? {}).map(([name, sentences]) => [name, [sentences].flat().join(" ")]);
  return { fields: Object.fromEntries(errors), first: errors[0]?.[1] ?? null };
}

/** The CSRF token: of the cookie, which scripts may read here and which is always current, or of a form. */
export function csrfToken(cookies = document.cookie, page = document) {
  const cookie = /(?:^|;\s*)(?:__Host-|__Secure-)?csrftoken=([^;]+)/.exec(cookies);
  return cookie?.[1] ?? page.querySelector('[name="csrfmiddlewaretoken"]')?.value ?? "";
}

// Another person may have logged in in another tab. The site refuses what this page sends with their cookies.
function ownHeaders() {
  const { user } = document.body.dataset;
  return { Accept: "application/json", ...(user && { "X-Signed-In-As": user }) };
}

async function send(address, { timeout, signal: given, ...options }) {
  const inTime = AbortSignal.timeout(timeout);
  const signal = given ? AbortSignal.any([inTime, given]) : inTime;
  try {
    return await fetch(address, { credentials: "same-origin", signal, ...options });
  } catch (error) {
    throw new Offline("", { cause: error });
  }
}

async function readJson(response, promised) {
  const body = isJson(response) ? await read(response, "json") : null;
  if (!response.ok) {
    throw refusal(response.status, body);
  }
  const isEmpty = promised.length === 0 && response.status === 204;
  if (!isEmpty && (body === null || !promised.every((member) => Object.hasOwn(Object(body), member)))) {
    throw new Offline();
  }
  return body;
}

function isJson(response) {
  return /^application\/(?:[a-z.-]+\+)?json\b/.test(response.headers.get("Content-Type") ?? "");
}

// A 401 without JSON is a proxy's, and says nothing about the session.
function refusal(status, body) {
  if (status === 401 && body) {
    return new SessionEnded();
  }
  return body?.signed_in_as ? new SomebodyElse(status, body) : new HttpError(status, body);
}

async function read(response, kind) {
  try {
    return await response[kind]();
  } catch (error) {
    // The connection broke half-way, or a broken proxy sent something else as JSON.
    throw new Offline("", { cause: error });
  }
}
