// What a browser keeps for its people, and that it keeps nothing for who was forgotten.
import "./one_tab.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { forget, get, put } from "../../../static/js/lib/keyring_store.js";

const names = async () => (await globalThis.indexedDB.databases()).map(({ name }) => name);

test("a page that forgot somebody makes nothing anew for them, whatever it looks for", async () => {
  await put("alice", "account", { id: "device", fingerprint: "00" });
  await put("bob", "account", { id: "device", fingerprint: "01" });
  assert.deepEqual((await names()).toSorted(), ["secureblogs-alice", "secureblogs-bob"]);

  const forgetting = forget("alice");
  await assert.rejects(get("alice", "account", "device"), { name: "Unavailable" });
  await forgetting;
  await assert.rejects(put("alice", "account", { id: "device" }), { name: "Unavailable" });

  assert.deepEqual(await names(), ["secureblogs-bob"]);
  assert.equal((await get("bob", "account", "device")).fingerprint, "01");
});

test("who could not be forgotten is still there", async (context) => {
  await put("carol", "account", { id: "device", fingerprint: "02" });
  context.mock.method(globalThis.indexedDB, "deleteDatabase", () => {
    throw new DOMException("", "InvalidStateError");
  });

  await assert.rejects(forget("carol"), { name: "InvalidStateError" });

  assert.equal((await get("carol", "account", "device")).fingerprint, "02");
});
