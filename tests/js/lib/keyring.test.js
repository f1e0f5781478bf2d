// The page's way to its keyring: page and keyring in one thread.
import "./one_tab.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import * as keyring from "../../../static/js/lib/keyring.js";
import { useAccount } from "../../../static/js/lib/keyring_account.js";
import { prepareAccount } from "../../../static/js/lib/keyring_changes.js";
import { AccountServer } from "./account_server.js";
import { openPage } from "./page.js";

const USER = "0b5c9d8e-0000-4000-8000-000000000001";

test("what needs the account's keys is asked again when they are forgotten on its way, and not when they are gone", async () => {
  const server = new AccountServer(USER);
  openPage(server);
  await useAccount(USER, server.text());
  await server.replace((await prepareAccount(USER, { name: "Laptop" })).request);
  const status = await keyring.reloadAccount(USER);

  const asked = keyring.exportKey(USER);
  keyring.forgetKeys(USER);
  assert.match(await asked, /^-----BEGIN PRIVATE KEY-----/);

  const prepared = keyring.prepare(USER, "startingOver");
  keyring.forgetKeys(USER);
  assert.deepEqual(await prepared, { state: "none" });

  const removed = { fingerprint: status.device, removed_at: "2026-05-04T10:00:00Z" };
  const gone = { ...server, keyholders: { ...server.keyholders, holders: [] }, removed: [removed], boxes: [] };
  server.text = (recipient) => AccountServer.prototype.text.call(gone, recipient);
  const late = keyring.exportKey(USER);
  keyring.forgetKeys(USER);
  await assert.rejects(late, { name: "NoAccountKey" });
});
