import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import {
  csrfToken,
  getJson,
  getPage,
  HttpError,
  Offline,
  postForm,
  postJson,
  SessionEnded,
  SomebodyElse,
} from "../../../static/js/lib/http.js";

const noPage = { querySelector: () => null };
const promised = ["answer"];
let server, site;

// As much of a page as is asked for: whether it is the site's, and whose it is.
class FakeParser {
  parseFromString(text) {
    const isOurs = text.endsWith("page");
    return { getElementById: () => (isOurs ? {} : null), body: { dataset: { user: /(\w+)'s (?:page|toast)/.exec(text)?.[1] } } };
  }
}

const ANSWERS = {
  "/json": [200, "application/json", '{"answer": 42}'],
  "/refused": [422, "application/json", '{"errors": {"title": ["Too long."]}}'],
  "/broken": [500, "text/html", "<h1>Sorry</h1>"],
  "/signed-out": [401, "application/json", "{}"],
  "/behind-a-proxy's-login": [401, "text/html", "<h1>Who are you?</h1>"],
  "/bob's": [409, "application/json", '{"errors": {"__all__": ["Bob is."]}, "signed_in_as": "bob"}'],
  "/maintenance": [200, "text/html", "<h1>Back at noon</h1>"],
  "/maintenance-in-json": [200, "application/json", '{"status": "maintenance"}'],
  "/maintenance-called-json": [200, "application/json", "<h1>Back at noon</h1>"],
  "/null": [200, "application/json", "null"],
  "/list": [200, "application/json", '["answer"]'],
  "/nothing": [204, "application/json", ""],
  "/done": [204, "text/html", ""],
  "/gone": [404, "text/html", "alice's page"],
  "/nothing-behind-the-proxy": [404, "text/html", "<h1>nginx</h1>"],
  "/page": [200, "text/html", "alice's page"],
  "/toast": [200, "text/html", "alice's toast"],
  "/page-of-nobody": [200, "text/html", "a page"],
  "/half": [200, "application/json", '{"answer": '],
};

async function answer(request, response) {
  const body = (await request.toArray()).join("");
  if (request.url === "/never") {
    return;
  }
  if (request.url === "/to-a-portal") {
    response.writeHead(302, { Location: "/maintenance" }).end();
  } else if (request.url === "/echo") {
    const { "content-type": type, "x-csrftoken": token, "x-signed-in-as": user, accept } = request.headers;
    response.writeHead(201, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ type, token, user, accept, body }));
  } else {
    const [status, type, text] = ANSWERS[request.url];
    response.writeHead(status, { "Content-Type": type }).end(status === 204 ? undefined : text);
  }
}

before(async () => {
  globalThis.document = { cookie: "csrftoken=token-of-the-cookie", body: { dataset: { user: "alice" } } };
  globalThis.DOMParser = FakeParser;
  server = createServer(answer);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  site = `http://127.0.0.1:${server.address().port}`;
});

after(() => {
  delete globalThis.document;
  delete globalThis.DOMParser;
  server.closeAllConnections();
  server.close();
});

test("JSON comes back as a value", async () => {
  assert.deepEqual(await getJson(`${site}/json`, { promised }), { answer: 42 });
});

test("where nothing is promised, no page in between counts as an answer either", async () => {
  assert.equal((await postJson(`${site}/done`, {}, { promised: [] })).body, null);
  assert.equal((await postJson(`${site}/json`, {}, { promised: [] })).status, 200);
  await assert.rejects(postJson(`${site}/maintenance`, {}, { promised: [] }), Offline);
});

test("JSON is sent with the CSRF token and with whose page it is", async () => {
  const { status, body } = await postJson(`${site}/echo`, { title: "Hello" }, { promised: ["body"] });
  assert.equal(status, 201);
  assert.deepEqual(body, {
    type: "application/json",
    token: "token-of-the-cookie",
    user: "alice",
    accept: "application/json",
    body: '{"title":"Hello"}',
  });
});

test("a form is sent as forms are", async () => {
  const { body } = await postForm(`${site}/echo`, { label: "My key", public_key: "a+b\n" }, { promised: ["body"] });
  assert.deepEqual([body.type, body.body], ["application/x-www-form-urlencoded;charset=UTF-8", "label=My+key&public_key=a%2Bb%0A"]);
});

test("a refusal carries its status and what it says", async () => {
  const error = await getJson(`${site}/refused`, { promised }).catch((refusal) => refusal);
  assert.ok(error instanceof HttpError);
  assert.deepEqual([error.name, error.status, error.body], ["HttpError", 422, { errors: { title: ["Too long."] } }]);
});

test("an error page is an error without a body", async () => {
  const error = await getJson(`${site}/broken`, { promised }).catch((refusal) => refusal);
  assert.deepEqual([error.name, error.status, error.body], ["HttpError", 500, null]);
});

test("only the site's own 401 says that the session ended", async () => {
  await assert.rejects(getJson(`${site}/signed-out`, { promised }), SessionEnded);
  await assert.rejects(getJson(`${site}/behind-a-proxy's-login`, { promised }), HttpError);
});

test("what the site refuses because somebody else is logged in says so", async () => {
  const error = await postJson(`${site}/bob's`, {}, { promised }).catch((refusal) => refusal);
  assert.ok(error instanceof SomebodyElse);
  assert.deepEqual([error.name, error.status, error.body.errors.__all__], ["SomebodyElse", 409, ["Bob is."]]);
});

const NOT_THE_SITE = "maintenance maintenance-in-json maintenance-called-json null list nothing to-a-portal".split(" ");
for (const name of NOT_THE_SITE) {
  test(`a success without what was promised is none: ${name}`, async () => {
    await assert.rejects(getJson(`${site}/${name}`, { promised }), Offline);
    await assert.rejects(postJson(`${site}/${name}`, {}, { promised }), Offline);
    await assert.rejects(postForm(`${site}/${name}`, {}, { promised }), Offline);
  });
}

test("a page is one of the site's, for the same person", async () => {
  assert.equal((await getPage(`${site}/page`)).body.dataset.user, "alice");
  assert.equal((await getPage(`${site}/toast`)).body.dataset.user, "alice");
  await assert.rejects(getPage(`${site}/page-of-nobody`), SessionEnded);
  await assert.rejects(getPage(`${site}/gone`), HttpError);
  await assert.rejects(getPage(`${site}/nothing-behind-the-proxy`), Offline);
  await assert.rejects(getPage(`${site}/maintenance`), Offline);
  await assert.rejects(getPage(`${site}/to-a-portal`), Offline);
});

test("no answer, half an answer and a late answer are all the same: offline", async () => {
  await assert.rejects(getJson("http://127.0.0.1:1/json", { promised }), Offline);
  await assert.rejects(getJson(`${site}/half`, { promised }), Offline);
  await assert.rejects(getJson(`${site}/never`, { promised, timeout: 50 }), Offline);
});

test("the CSRF token is read from the cookie, whatever prefix its name has", () => {
  assert.equal(csrfToken("a=b; csrftoken=one; c=d", noPage), "one");
  assert.equal(csrfToken("__Host-csrftoken=two", noPage), "two");
  assert.equal(csrfToken("__Secure-csrftoken=three", noPage), "three");
  assert.equal(csrfToken("notcsrftoken=four", noPage), "");
});

test("without the cookie, the CSRF token is that of any form in the page", () => {
  assert.equal(csrfToken("", { querySelector: () => ({ value: "of-the-form" }) }), "of-the-form");
});
