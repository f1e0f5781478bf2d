import assert from "node:assert/strict";
import { test } from "node:test";
import { CommentOpener } from "../../../static/js/lib/comment_opening.js";

// The screen: it says at once that a row which it is given is near.
class Screen {
  static given = [];

  constructor(came) {
    this.came = came;
  }

  observe(row) {
    Screen.given.push(row);
    this.came([{ isIntersecting: row.isNear, target: row }]);
  }

  unobserve() {}
}

test("a row is opened once, however often the list is looked through, and one that is far away still waits", () => {
  globalThis.IntersectionObserver = Screen;
  const opener = new CommentOpener({});
  const [near, far] = [true, false].map((isNear) => ({ isNear, isConnected: false, dataset: {} }));

  for (const row of [near, far, near, far]) {
    opener.watch(row);
  }

  assert.deepEqual(Screen.given.map(({ isNear }) => isNear), [true, false, false]);
});
