// One browser of a person, page and keyring in one thread, beside a server that keeps their account. A test imports one_tab.js
// first.
import assert from "node:assert/strict";
import * as keyring from "../../../static/js/lib/keyring.js";
import { forgetAccount, useAccount } from "../../../static/js/lib/keyring_account.js";
import { prepareAccount } from "../../../static/js/lib/keyring_changes.js";
import { removeAll } from "../../../static/js/lib/keyring_store.js";
import { AccountServer } from "./account_server.js";
import { openPage } from "./page.js";

export const USER = "0b5c9d8e-0000-4000-8000-000000000001";

/**
 * A server, its answers to the page (page.js), and what a test begins with: `beginAnew` empties both, `makeKey` has the person
 * make a first key, `begin` does both.
 */
export function oneBrowser(user = USER) {
  const server = new AccountServer(user);
  const answers = openPage(server);

  async function beginAnew() {
    Object.assign(answers, { isAway: false, before: () => {} });
    Object.assign(server, new AccountServer(user));
    await forgetAccount(user);
    await removeAll(user);
    await useAccount(user, server.text());
  }

  async function makeKey() {
    await server.replace((await prepareAccount(user, { name: "Laptop" })).request);
    assert.equal((await keyring.reloadAccount(user)).state, "ready");
  }

  async function begin() {
    await beginAnew();
    await makeKey();
  }

  return { server, answers, beginAnew, makeKey, begin };
}
