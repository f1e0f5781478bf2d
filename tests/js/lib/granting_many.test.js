import assert from "node:assert/strict";
import { test } from "node:test";

import { ManyGrants } from "../../../static/js/lib/granting_many.js";
import { Offline } from "../../../static/js/lib/http.js";

const failing = (error) => async () => {
  throw error;
};

test("each is approved once, and how far it is told after each", async () => {
  const grants = new ManyGrants();
  const [approved, told] = [[], []];
  const approve = async (id) => {
    assert.equal(grants.isRunning, true);
    approved.push(id);
    return id === 2 ? "rejected" : "approved";
  };

  const end = await grants.run([1, 2, 3, 4, 5], approve, (done) => told.push(done));

  assert.deepEqual(end, { approved: 4, others: 1, error: null });
  assert.deepEqual(approved, [1, 2, 3, 4, 5]);
  assert.deepEqual(told, [1, 2, 3, 4, 5]);
  assert.equal(grants.isRunning, false);
});

test("three are under way at once, and no more", async () => {
  let [running, most] = [0, 0];
  const approve = async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise(setImmediate);
    running -= 1;
    return "approved";
  };

  await new ManyGrants().run([1, 2, 3, 4, 5, 6, 7], approve, () => {});

  assert.equal(most, 3);
});

test("one that fails keeps the others from nothing", async () => {
  const approve = (id) => (id === 1 ? failing(new Error("Broken"))() : Promise.resolve("approved"));

  const end = await new ManyGrants().run([1, 2, 3, 4, 5], approve, () => {});

  assert.deepEqual(end, { approved: 4, others: 1, error: null });
});

test("what would keep all the rest ends it, and is told", async () => {
  const offline = new Offline();
  let tries = 0;
  const approve = () => {
    tries += 1;
    return failing(offline)();
  };

  const end = await new ManyGrants().run([1, 2, 3, 4, 5, 6, 7], approve, () => {});

  assert.deepEqual(end, { approved: 0, others: 7, error: offline });
  assert.equal(tries, 3);
});

test("who stops it keeps what is done, and may begin again", async () => {
  const grants = new ManyGrants();
  const approve = async (id) => {
    if (id === 3) {
      grants.stop();
    }
    return "approved";
  };

  assert.deepEqual(await grants.run([1, 2, 3, 4, 5], approve, () => {}), { approved: 3, others: 2, error: null });
  assert.deepEqual(await grants.run([4, 5], approve, () => {}), { approved: 2, others: 0, error: null });
});
