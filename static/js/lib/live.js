// The tab's one WebSocket. Every message becomes an event on the document, named as its `type`, with the message
// as detail. Besides: `live.connected` after each 'connection accepted', `live.lost`, `session.ended`, and
// `device.lost` where the session goes on under another cookie. After
// `news.missed`, which a reconnection fires, too, the page may show what is no longer true.
import { pause, pauseAmongAll, pauseAmongMany } from "./backoff.js";

const ADDRESS = "/ws/post_request";
const SESSION_ENDED = 4401;
const SERVICE_RESTART = 1012;
const TOO_MANY_SOCKETS = 4429;
const MOMENTS = [500, 2_000]; // milliseconds
const STEADY = 10_000; // milliseconds after which a connection counts as a good one
// The server lets a page hear a heartbeat every 20 seconds.
const SILENT = 45_000; // milliseconds without a message after which a socket is dead
const QUIET = 20_000; // the same for a page that comes back online or into view
const LOOK = 2_000; // browsers slow a hidden tab's timers down to one a minute, no further

/** Call `start` once in a page, and only where somebody is signed in. */
export class LiveSocket {
  #socket = null;
  #timer = null;
  #attempt = 0; // how many tries have failed since the last connection that lasted
  #connections = 0;
  #acceptedAt = 0; // 0 while there is no connection
  #heardAt = 0; // when the socket was opened or last brought a message
  #refusals = 0; // how often in a row the server said that the session ended
  #isOver = false;
  #ended = null; // what the server said when it ended the session

  /** Opens the socket and keeps it open. */
  start() {
    this.#open();
    addEventListener("online", () => this.#comeBack());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#comeBack());
    // The browser keeps no page for the Back button that holds a socket.
    addEventListener("pagehide", () => this.#socket?.readyState === WebSocket.OPEN && this.#socket.close());
    addEventListener("pageshow", (event) => event.persisted && this.#openAgain());
    setInterval(() => this.#giveUpAfter(SILENT), LOOK);
  }

  // A computer that slept, or a proxy that swallows, leaves a socket which looks open and is dead.
  #giveUpAfter(milliseconds) {
    const given = this.#socket;
    if (given !== null && Date.now() - this.#heardAt > milliseconds) {
      // Its own end may take minutes to come, and is nobody's business any more.
      this.#attempt = 0;
      this.#lose();
      this.#open();
      given.close();
    }
  }

  #comeBack() {
    this.#giveUpAfter(QUIET);
    this.#openAgain();
  }

  #open() {
    clearTimeout(this.#timer);
    this.#timer = null;
    const opened = new WebSocket(new URL(this.#address, location.href.replace(/^http/, "ws")));
    this.#socket = opened;
    this.#heardAt = Date.now();
    opened.addEventListener("message", (event) => this.#socket === opened && this.#received(event.data));
    opened.addEventListener("close", (event) => this.#socket === opened && this.#closed(event.code));
  }

  // A socket names the person of its page: the browser may have the cookie of somebody else by now. The first one tells
  // the server how long ago the page was asked for, too; the server answers if there were news since.
  get #address() {
    const query = new URLSearchParams({ signed_in_as: document.body.dataset.user });
    if (this.#connections === 0) {
      const [navigation] = performance.getEntriesByType("navigation");
      query.set("age", Math.ceil(performance.now() - (navigation?.requestStart ?? 0)));
    }
    return `${ADDRESS}?${query}`;
  }

  #openAgain() {
    if (!this.#isOver && (this.#socket === null || this.#socket.readyState === WebSocket.CLOSED)) {
      this.#attempt = 0;
      this.#open();
    }
  }

  #received(data) {
    this.#heardAt = Date.now();
    const message = JSON.parse(data);
    if (message.type === "heartbeat") {
      return;
    }
    if (message.type === "session.ended") {
      this.#ended = message;
    } else if (message.type) {
      tell(message.type, message);
    } else if (message.message === "connection accepted") {
      this.#refusals = 0;
      this.#acceptedAt = Date.now();
      this.#connections += 1;
      tell("live.connected", {});
      if (this.#ended?.reason === "device_lost") {
        // The session of this browser goes on: another tab of it shut the device out.
        tell("device.lost", this.#ended);
      }
      this.#ended = null;
      if (this.#connections > 1) {
        tell("news.missed", {});
      }
    }
  }

  #closed(code) {
    this.#socket = null;
    if (code === SESSION_ENDED) {
      this.#refused();
      return;
    }
    if (this.#acceptedAt) {
      // A server that accepts and then hangs up is no better than one that is not there.
      this.#attempt = Date.now() - this.#acceptedAt > STEADY ? 0 : this.#attempt;
      this.#lose();
    }
    if (code === TOO_MANY_SOCKETS) {
      // This page is one too many, and says that it isn't live.
      tell("live.lost", {});
      this.#openIn(pauseAmongMany());
      return;
    }
    this.#openIn(code === SERVICE_RESTART ? pauseAmongAll() : pause(this.#attempt));
    this.#attempt += 1;
  }

  #lose() {
    this.#acceptedAt = 0;
    tell("live.lost", {});
  }

  // The session of this socket's cookie is over. Another tab may be getting a new one right now, by logging in or by a
  // change of the password. The session is over for this page only if the server refuses the cookies of later moments.
  #refused() {
    this.#acceptedAt = 0;
    if (this.#refusals < MOMENTS.length) {
      this.#openIn(MOMENTS[this.#refusals]);
      this.#refusals += 1;
    } else if (!this.#isOver) {
      this.#isOver = true;
      tell("session.ended", { reason: this.#ended?.reason ?? "" });
    }
  }

  #openIn(milliseconds) {
    this.#timer = setTimeout(() => this.#open(), milliseconds);
  }
}

function tell(type, detail) {
  document.dispatchEvent(new CustomEvent(type, { detail }));
}
