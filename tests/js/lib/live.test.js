import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

const page = new EventTarget();
const sockets = [];

class FakeSocket extends EventTarget {
  static OPEN = 1;
  static CLOSED = 3;
  readyState = FakeSocket.OPEN;

  constructor(address) {
    super();
    this.address = address.href;
    sockets.push(this);
  }

  accept() {
    this.dispatchEvent(new MessageEvent("message", { data: '{"message": "connection accepted"}' }));
  }

  close(code = 1006) {
    this.readyState = FakeSocket.CLOSED;
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }
}

Object.assign(globalThis, {
  document: page,
  location: { href: "https://blog.example/groups/" },
  WebSocket: FakeSocket,
  addEventListener: () => {},
});
mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
mock.method(Math, "random", () => 0.999999);
const { connect } = await import("../../../static/js/lib/live.js");
connect();

/** Milliseconds until the next socket is opened after the last one was closed, as far as it opens within `most`. */
function pauseAfter(code, most = 100_000) {
  const before = sockets.length;
  sockets.at(-1).close(code);
  for (let milliseconds = 0; milliseconds <= most; milliseconds += 100) {
    if (sockets.length > before) {
      return milliseconds;
    }
    mock.timers.tick(100);
  }
  return Infinity;
}

// A connection that lasted.
beforeEach(() => {
  sockets.at(-1).accept();
  mock.timers.tick(11_000);
});

test("the first socket says how old the page is, and later ones do not", () => {
  assert.match(sockets[0].address, /^wss:\/\/blog\.example\/ws\/post_request\?age=\d+$/);
  pauseAfter(1006);
  assert.equal(sockets.at(-1).address, "wss://blog.example/ws/post_request");
});

test("each try that fails makes the next pause longer, and a connection that lasts begins anew", () => {
  assert.deepEqual([1, 2, 3, 4, 5].map(() => pauseAfter(1006)), [500, 1000, 2000, 4000, 8000]);
  sockets.at(-1).accept();
  mock.timers.tick(11_000);
  assert.equal(pauseAfter(1006), 500);
});

test("who is accepted and hung up on at once waits longer, too", () => {
  const pauses = [1, 2, 3].map(() => {
    const pause = pauseAfter(1006);
    sockets.at(-1).accept();
    return pause;
  });
  assert.deepEqual(pauses, [500, 1000, 2000]);
});

test("a server that restarts is tried within two seconds, and one with too many pages within a minute", () => {
  assert.equal(pauseAfter(1012), 2000);
  assert.equal(pauseAfter(4429), 60_000);
});

test("after a gap the page is told that it missed news", () => {
  const heard = [];
  const note = ({ type }) => heard.push(type);
  const names = ["live.lost", "live.connected", "news.missed"];
  names.forEach((name) => page.addEventListener(name, note));
  pauseAfter(1006);
  sockets.at(-1).accept();
  names.forEach((name) => page.removeEventListener(name, note));

  assert.deepEqual(heard, ["live.lost", "live.connected", "news.missed"]);
});
