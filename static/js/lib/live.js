// The tab's one WebSocket. Every message becomes an event on the document, named as its `type`, with the message
// as detail. Besides: `live.connected` {first} after each 'connection accepted', `live.lost`, `session.ended`. After
// `news.missed`, which may come from here too, the page may show what is no longer true.
import { pause, pauseAfterRestart, pauseAmongMany } from "./backoff.js";

const ADDRESS = "/ws/post_request";
const SESSION_ENDED = 4401;
const SERVICE_RESTART = 1012;
const TOO_MANY_SOCKETS = 4429;
const MOMENTS = [500, 2_000]; // milliseconds
const STEADY = 10_000; // milliseconds after which a connection counts as a good one
const TICK = 15_000;
const SLEPT = 120_000; // browsers slow a hidden tab's timers down to one a minute, no further

let socket = null;
let timer = null;
let attempt = 0;
let connections = 0;
let since = 0;
let ended = false;
let asked = 0;

/** Opens the socket and keeps it open. Call it once, and only where somebody is signed in. */
export function connect() {
  open();
  addEventListener("online", again);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && again());
  // A page that is kept for the Back button may hold no socket.
  addEventListener("pagehide", () => socket?.readyState === WebSocket.OPEN && socket.close());
  addEventListener("pageshow", (event) => event.persisted && again());
  // A computer that slept holds a socket which looks open and is dead.
  let last = Date.now();
  setInterval(() => {
    if (Date.now() - last > SLEPT) {
      socket?.close();
    }
    last = Date.now();
  }, TICK);
}

function open() {
  clearTimeout(timer);
  timer = null;
  const opened = new WebSocket(new URL(address(), location.href.replace(/^http/, "ws")));
  socket = opened;
  opened.addEventListener("message", (event) => receive(event.data));
  opened.addEventListener("close", (event) => socket === opened && closed(event.code));
}

// The first socket says how long ago the page was asked for, and is told if there were news since then.
function address() {
  const [navigation] = performance.getEntriesByType("navigation");
  return connections ? ADDRESS : `${ADDRESS}?age=${Math.ceil(performance.now() - (navigation?.requestStart ?? 0))}`;
}

function again() {
  if (!ended && (socket === null || socket.readyState === WebSocket.CLOSED)) {
    attempt = 0;
    open();
  }
}

function receive(data) {
  const message = JSON.parse(data);
  if (message.type && message.type !== "session.ended") {
    tell(message.type, message);
  } else if (message.message === "connection accepted") {
    asked = 0;
    since = Date.now();
    connections += 1;
    tell("live.connected", { first: connections === 1 });
    if (connections > 1) {
      tell("news.missed", {});
    }
  }
}

function closed(code) {
  socket = null;
  if (code === SESSION_ENDED) {
    askAgain();
    return;
  }
  if (since) {
    // A server that accepts and then hangs up is no better than one that is not there.
    attempt = Date.now() - since > STEADY ? 0 : attempt;
    since = 0;
    tell("live.lost", {});
  }
  if (code === TOO_MANY_SOCKETS) {
    // This page is one too many, and says that it isn't live.
    tell("live.lost", {});
    timer = setTimeout(open, pauseAmongMany());
    return;
  }
  timer = setTimeout(open, code === SERVICE_RESTART ? pauseAfterRestart() : pause(attempt));
  attempt += 1;
}

// The session that this socket came with is over. Another tab may be getting a new one right now, by logging in or by
// a change of the password: it is over for this page only if sockets with the cookies of later moments hear the same.
function askAgain() {
  since = 0;
  if (asked < MOMENTS.length) {
    timer = setTimeout(open, MOMENTS[asked]);
    asked += 1;
  } else if (!ended) {
    ended = true;
    tell("session.ended", {});
  }
}

function tell(type, detail) {
  document.dispatchEvent(new CustomEvent(type, { detail }));
}
