import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

// A page with one post in one state, as far as <live-part> asks for it.
class FakeElement extends EventTarget {
  dataset = {};
  attributes = [];

  constructor(state) {
    super();
    this.replaceChildren({ state, isEqualNode: (other) => other.state === state });
  }

  replaceChildren(...nodes) {
    this.childNodes = nodes;
  }

  querySelector(selector) {
    return this.childNodes.find(({ state }) => selector.includes(`[data-state=${state}]`)) ?? null;
  }

  querySelectorAll() {
    return [];
  }

  contains() {
    return false;
  }
}

class FakeParser {
  parseFromString(state) {
    return { body, getElementById: () => new FakeElement(state) };
  }
}

const MOST = 15_000; // milliseconds between two looks
const body = { dataset: { user: "alice" } };
const page = Object.assign(new EventTarget(), { body, hidden: false, importNode: (element) => element, querySelector: () => null });
let LivePart, part, fetched, answer;

Object.assign(globalThis, {
  customElements: { define: (_, element) => (LivePart = element) },
  document: page,
  DOMParser: FakeParser,
  HTMLElement: FakeElement,
  addEventListener: () => {},
  location: { origin: "https://blog.example", pathname: "/posts/1/", search: "", reload: () => {} },
  scrollY: 0,
  fetch: (_, { headers }) => {
    fetched.push(headers.Accept);
    return answer();
  },
});
mock.timers.enable({ apis: ["setTimeout"] });
await import("../../../static/js/elements/live_part.js");

const says = (state, status = 200) => async () => ({ ok: status === 200, status, text: async () => state });
const look = async () => {
  mock.timers.tick(MOST);
  await new Promise(setImmediate);
};

function show(state, { hidden = false } = {}) {
  page.hidden = hidden;
  answer = says(state);
  part = new LivePart(state);
  part.connectedCallback();
}

beforeEach(() => {
  part?.disconnectedCallback();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  fetched = [];
});

for (const state of ["queued", "encrypting"]) {
  test(`a post that is ${state} is looked at every ten seconds or so`, async () => {
    show(state);
    mock.timers.tick(4_999);
    assert.equal(fetched.length, 0);
    await look();
    await look();
    assert.deepEqual(fetched, ["text/html", "text/html"]);
  });
}

for (const state of ["published", "failed"]) {
  test(`a post that turns out to be ${state} is shown so, and looked at no more`, async () => {
    show("queued");
    answer = says(state);
    await look();
    assert.deepEqual(part.childNodes.map((node) => node.state), [state]);
    await look();
    await look();
    assert.equal(fetched.length, 1);
  });

  test(`a post that is ${state} is not looked at`, async () => {
    show(state);
    await look();
    assert.equal(fetched.length, 0);
  });
}

test("while the page is hidden nothing is fetched, and what was due is fetched as soon as it is seen", async () => {
  show("queued", { hidden: true });
  await look();
  await look();
  assert.equal(fetched.length, 0);

  page.hidden = false;
  page.dispatchEvent(new Event("visibilitychange"));
  await look();
  assert.equal(fetched.length, 1);
  page.dispatchEvent(new Event("visibilitychange"));
  await new Promise(setImmediate);
  assert.equal(fetched.length, 1);
});

test("a fetch that is under way is not doubled", async () => {
  show("queued");
  let arrive;
  answer = () => new Promise((resolve) => (arrive = resolve));
  await look();
  await look();
  await look();
  assert.equal(fetched.length, 1);

  answer = says("queued");
  arrive(await answer());
  await new Promise(setImmediate);
  await look();
  assert.equal(fetched.length, 2);
});

test("what the server refuses for now is asked again, and a page that is gone is not", async () => {
  show("queued");
  // This is an error page, which is not loaded anew.
  page.querySelector = () => body;
  answer = says("", 403);
  await look();
  await look();
  assert.equal(fetched.length, 2);

  answer = says("", 404);
  await look();
  await look();
  assert.equal(fetched.length, 3);
});

test("a part that was taken away is looked at no more", async () => {
  show("queued");
  part.disconnectedCallback();
  await look();
  assert.equal(fetched.length, 0);
});

test("many comments on a post of a list are one look at it, and those on other posts none", async () => {
  show("published");
  part.disconnectedCallback();
  part.dataset.on = "comment.changed";
  part.querySelector = (selector) => selector === '[id="post-1"]';
  part.connectedCallback();
  const tell = (post_id) => page.dispatchEvent(Object.assign(new Event("comment.changed"), { detail: { post_id, comment_id: "7" } }));
  tell("2");
  await look();
  assert.deepEqual(fetched, []);
  tell("1");
  tell("1");
  await look();
  assert.deepEqual(fetched, ["text/html"]);
  tell("1");
  await look();
  assert.equal(fetched.length, 2);
});
