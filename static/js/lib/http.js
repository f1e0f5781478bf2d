// JSON and pages of this site: CSRF token, time limit, and errors that say what happened.
import { parsePage } from "./html.js";

const TIMEOUT = 30_000; // milliseconds

/** The site answered, with a status that is no success. `body` is the JSON of the answer, or null. */
export class HttpError extends Error {
  name = "HttpError";

  constructor(status, body = null) {
    super(`HTTP ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** No answer came: no network, no server, or not in time. */
export class Offline extends Error {
  name = "Offline";
}

/** Whoever used this page is no longer logged in, or somebody else is. */
export class SessionEnded extends Error {
  name = "SessionEnded";
}

export async function getJson(address, { timeout = TIMEOUT } = {}) {
  return readJson(await send(address, { timeout, headers: { Accept: "application/json" } }));
}

/** {status, body, location} of a JSON body sent. */
export async function postJson(address, body, { timeout = TIMEOUT } = {}) {
  const headers = { Accept: "application/json", "Content-Type": "application/json", ...csrf() };
  const response = await send(address, { method: "POST", timeout, headers, body: JSON.stringify(body) });
  return { status: response.status, body: await readJson(response), location: response.headers.get("Location") };
}

/** {status, body, location} of a form sent. */
export async function postForm(address, fields, { timeout = TIMEOUT } = {}) {
  const headers = { Accept: "application/json", ...csrf() };
  const response = await send(address, { method: "POST", timeout, headers, body: new URLSearchParams(fields) });
  return { status: response.status, body: await readJson(response), location: response.headers.get("Location") };
}

/** A page of this site as a Document, as the same person sees it. */
export async function getPage(address, { timeout = TIMEOUT } = {}) {
  const response = await send(address, { timeout, headers: { Accept: "text/html" } });
  if (!response.ok) {
    throw new HttpError(response.status);
  }
  const page = parsePage(await read(response, "text"));
  // A signed-out visitor of a page is led to the sign-in, which is a page like any other.
  if (page.body.dataset.user !== document.body.dataset.user) {
    throw new SessionEnded();
  }
  return page;
}

/** The CSRF token. The cookie is never HttpOnly here and always current; a form's field may be older. */
export function csrfToken(cookies = document.cookie, page = document) {
  const cookie = /(?:^|;\s*)(?:__Host-|__Secure-)?csrftoken=([^;]+)/.exec(cookies);
  return cookie?.[1] ?? page.querySelector('[name="csrfmiddlewaretoken"]')?.value ?? "";
}

function csrf() {
  return { "X-CSRFToken": csrfToken() };
}

async function send(address, { timeout, ...options }) {
  try {
    return await fetch(address, { credentials: "same-origin", signal: AbortSignal.timeout(timeout), ...options });
  } catch (error) {
    throw new Offline("", { cause: error });
  }
}

async function readJson(response) {
  const isJson = /^application\/(?:[a-z.-]+\+)?json\b/.test(response.headers.get("Content-Type") ?? "");
  if (response.status === 401 || (response.redirected && !isJson)) {
    throw new SessionEnded();
  }
  const body = isJson ? await read(response, "json") : null;
  if (!response.ok) {
    throw new HttpError(response.status, body);
  }
  return body;
}

async function read(response, kind) {
  try {
    return await response[kind]();
  } catch (error) {
    // Broken off half-way. JSON that is none comes out here too, as from a broken proxy.
    throw new Offline("", { cause: error });
  }
}
