import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

const page = Object.assign(new EventTarget(), { visibilityState: "visible", body: { dataset: { user: "alice-uid" } } });
const sockets = [];
const windowEvents = new EventTarget();

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
    this.bring('{"message": "connection accepted"}');
  }

  bring(data) {
    this.dispatchEvent(new MessageEvent("message", { data }));
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
  addEventListener: (type, listener) => windowEvents.addEventListener(type, listener),
});
mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
mock.method(Math, "random", () => 0.999999);
const { LiveSocket } = await import("../../../static/js/lib/live.js");
new LiveSocket().start();

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

test("each socket names the page's person, and the first one says how old the page is", () => {
  const address = "wss://blog.example/ws/post_request?signed_in_as=alice-uid";
  assert.match(sockets[0].address.replace(address, ""), /^&age=\d+$/);
  pauseAfter(1006);
  assert.equal(sockets.at(-1).address, address);
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

const beat = () => sockets.at(-1).bring('{"type": "heartbeat"}');

test("a heartbeat keeps a socket, and nobody else hears it", () => {
  const before = sockets.length;
  const heard = [];
  page.addEventListener("heartbeat", () => heard.push("heartbeat"));
  for (let times = 0; times < 10; times += 1) {
    mock.timers.tick(20_000);
    beat();
  }

  assert.equal(sockets.length, before);
  assert.deepEqual(heard, []);
});

test("a socket that was silent for 45 seconds is given up, and what it brings later is nobody's", () => {
  beat();
  const before = sockets.length;
  const dead = sockets.at(-1);
  mock.timers.tick(45_000);
  assert.equal(sockets.length, before);

  mock.timers.tick(5_000);
  assert.equal(sockets.length, before + 1);
  assert.equal(dead.readyState, FakeSocket.CLOSED);
  const heard = [];
  page.addEventListener("post.published", () => heard.push("post.published"));
  dead.bring('{"type": "post.published"}');
  assert.deepEqual(heard, []);
});

test("a socket that never opens is given up, too", () => {
  pauseAfter(1006);
  const before = sockets.length;
  mock.timers.tick(50_000);

  assert.equal(sockets.length, before + 1);
});

test("a page that comes back asks for a new socket after 20 seconds of silence, and not before", () => {
  for (const comeBack of [
    () => windowEvents.dispatchEvent(new Event("online")),
    () => page.dispatchEvent(new Event("visibilitychange")),
  ]) {
    sockets.at(-1).accept();
    const before = sockets.length;
    mock.timers.tick(19_000);
    comeBack();
    assert.equal(sockets.length, before);

    mock.timers.tick(2_000);
    comeBack();
    assert.equal(sockets.length, before + 1);
  }
});

test("a tab whose browser has the next session hears that a device was lost; one without is told why it ended", () => {
  const heard = [];
  const note = ({ type, detail }) => heard.push([type, detail.reason, detail.number]);
  const names = ["device.lost", "session.ended"];
  names.forEach((name) => page.addEventListener(name, note));
  const end = () => sockets.at(-1).bring('{"type": "session.ended", "reason": "device_lost", "number": 4}');
  sockets.at(-1).accept();
  end();
  assert.equal(pauseAfter(4401), 500);
  sockets.at(-1).accept();
  assert.deepEqual(heard, [["device.lost", "device_lost", 4]]);
  pauseAfter(1006);
  sockets.at(-1).accept();
  assert.equal(heard.length, 1);

  end();
  assert.deepEqual([pauseAfter(4401), pauseAfter(4401), pauseAfter(4401)], [500, 2000, Infinity]);
  assert.deepEqual(heard.slice(1), [["session.ended", "device_lost", undefined]]);
  names.forEach((name) => page.removeEventListener(name, note));
});
