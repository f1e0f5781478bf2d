import assert from "node:assert/strict";
import { test } from "node:test";
import { pause, pauseAmongAll, pauseAmongMany, pauseBeforeLooking } from "../../../static/js/lib/backoff.js";

const most = () => 1;
const least = () => 0;

test("the longest pause doubles with each attempt, from half a second up to thirty", () => {
  const pauses = [0, 1, 2, 3, 4, 5, 6, 7, 100].map((attempt) => pause(attempt, most));
  assert.deepEqual(pauses, [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
});

test("every pause may be as short as nothing, so that tabs spread over the whole span", () => {
  assert.deepEqual([0, 5, 100].map((attempt) => pause(attempt, least)), [0, 0, 0]);
});

test("after a restart tabs come back within two seconds, not at once", () => {
  assert.deepEqual([0, 0.5, 1].map((random) => pauseAmongAll(() => random)), [0, 1000, 2000]);
});

test("one page too many waits half a minute to a minute", () => {
  assert.deepEqual([0, 0.5, 1].map((random) => pauseAmongMany(() => random)), [30000, 45000, 60000]);
});

test("what is on its way is looked at every five to fifteen seconds", () => {
  assert.deepEqual([0, 0.5, 1].map((random) => pauseBeforeLooking(() => random)), [5000, 10000, 15000]);
});
