// Posts for a zip from a site that fails: asked again, a few times, and then named.
import "./one_tab.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { PostOpener } from "../../../static/js/lib/zip_posts.js";

const ROW = { group: { uid: "g" }, author: { uid: "a" }, state: "published", is_readable: true };
const failed = { status: 500, headers: { "Content-Type": "text/html" } };

test("a site that fails at everything is asked three times for the first posts and once for each of the rest", async (context) => {
  context.mock.method(Math, "random", () => 0);
  globalThis.document ??= { body: { dataset: {} } };
  globalThis.addEventListener ??= () => {};
  const asked = [];
  context.mock.method(globalThis, "fetch", async (address) => {
    asked.push(address.split("/")[2]);
    return new Response("", failed);
  });
  const opener = new PostOpener("me", { signal: new AbortController().signal, waiting: () => assert.fail("It answers.") });
  const posts = ["1", "2", "3", "4", "5", "6", "7"];
  for (const post of posts) {
    await assert.rejects(opener.open({ post, ...ROW }), { name: "LeftOut", reason: "zip-left-failed" });
  }
  assert.deepEqual(posts.map((post) => asked.filter((each) => each === post).length), [3, 3, 3, 3, 3, 1, 1]);
});
