// What a browser is asked about passkeys, and that one without them says so.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { makePasskey, usePasskey } from "../../../static/js/lib/passkeys.js";

const OPTIONS = { publicKey: { challenge: "YQ", authenticatorSelection: { userVerification: "preferred" } } };
const asked = [];

function browserWithPasskeys() {
  globalThis.PublicKeyCredential = {
    parseCreationOptionsFromJSON: (options) => ({ ...options, isRead: true }),
    parseRequestOptionsFromJSON: (options) => ({ ...options, isRead: true }),
  };
  const answer = (options) => {
    asked.push(options.publicKey);
    return { toJSON: () => ({ id: "a" }) };
  };
  Object.defineProperty(navigator, "credentials", { value: { create: answer, get: answer }, configurable: true });
}

afterEach(() => {
  delete globalThis.PublicKeyCredential;
  delete navigator.credentials;
  asked.length = 0;
});

test("a passkey that logs in alone is kept in the device, and knows its person", async () => {
  browserWithPasskeys();

  assert.deepEqual(await makePasskey(OPTIONS, { isAlone: true }), { id: "a" });

  const selection = { residentKey: "required", requireResidentKey: true, userVerification: "required" };
  assert.deepEqual(asked, [{ challenge: "YQ", authenticatorSelection: selection, isRead: true }]);
});

test("any other is asked for as the site says", async () => {
  browserWithPasskeys();

  await makePasskey(OPTIONS, { isAlone: false });
  assert.deepEqual(await usePasskey(OPTIONS), { id: "a" });

  assert.deepEqual(asked, Array(2).fill({ ...OPTIONS.publicKey, isRead: true }));
});

test("a browser without passkeys says so", async () => {
  await assert.rejects(makePasskey(OPTIONS, { isAlone: true }), { name: "NoPasskeys" });
  await assert.rejects(usePasskey(OPTIONS), { name: "NoPasskeys" });
});
