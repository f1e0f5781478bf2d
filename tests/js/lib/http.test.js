import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { csrfToken, getJson, HttpError, Offline, postForm, postJson, SessionEnded } from "../../../static/js/lib/http.js";

const noPage = { querySelector: () => null };
let server, site;

const ANSWERS = {
  "/json": [200, "application/json", '{"answer": 42}'],
  "/refused": [422, "application/json", '{"errors": {"title": ["Too long."]}}'],
  "/broken": [500, "text/html", "<h1>Sorry</h1>"],
  "/signed-out": [401, "application/json", "{}"],
  "/half": [200, "application/json", '{"answer": '],
  "/accounts/login/": [200, "text/html", "<h1>Log in</h1>"],
};

async function answer(request, response) {
  const body = (await request.toArray()).join("");
  if (request.url === "/never") {
    return;
  }
  if (request.url === "/to-the-login") {
    response.writeHead(302, { Location: "/accounts/login/" }).end();
  } else if (request.url === "/echo") {
    const { "content-type": type, "x-csrftoken": token, accept } = request.headers;
    response.writeHead(201, { "Content-Type": "application/json", Location: "/posts/1/" });
    response.end(JSON.stringify({ type, token, accept, body }));
  } else {
    const [status, type, text] = ANSWERS[request.url];
    response.writeHead(status, { "Content-Type": type }).end(text);
  }
}

before(async () => {
  globalThis.document = { cookie: "csrftoken=token-of-the-cookie" };
  server = createServer(answer);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  site = `http://127.0.0.1:${server.address().port}`;
});

after(() => {
  delete globalThis.document;
  server.closeAllConnections();
  server.close();
});

test("JSON comes back as a value", async () => {
  assert.deepEqual(await getJson(`${site}/json`), { answer: 42 });
});

test("JSON is sent with the CSRF token, and the answer has its status and address", async () => {
  const { status, body, location } = await postJson(`${site}/echo`, { title: "Hello" });
  assert.deepEqual([status, location], [201, "/posts/1/"]);
  assert.deepEqual(body, {
    type: "application/json",
    token: "token-of-the-cookie",
    accept: "application/json",
    body: '{"title":"Hello"}',
  });
});

test("a form is sent as forms are", async () => {
  const { body } = await postForm(`${site}/echo`, { label: "My key", public_key: "a+b\n" });
  assert.deepEqual([body.type, body.body], ["application/x-www-form-urlencoded;charset=UTF-8", "label=My+key&public_key=a%2Bb%0A"]);
});

test("a refusal carries its status and what it says", async () => {
  const error = await getJson(`${site}/refused`).catch((refusal) => refusal);
  assert.ok(error instanceof HttpError);
  assert.deepEqual([error.name, error.status, error.body], ["HttpError", 422, { errors: { title: ["Too long."] } }]);
});

test("an error page is an error without a body", async () => {
  const error = await getJson(`${site}/broken`).catch((refusal) => refusal);
  assert.deepEqual([error.name, error.status, error.body], ["HttpError", 500, null]);
});

test("401 and a redirect to the login both say that the session ended", async () => {
  await assert.rejects(getJson(`${site}/signed-out`), SessionEnded);
  await assert.rejects(postJson(`${site}/to-the-login`, {}), SessionEnded);
});

test("no answer, half an answer and a late answer are all the same: offline", async () => {
  await assert.rejects(getJson("http://127.0.0.1:1/json"), Offline);
  await assert.rejects(getJson(`${site}/half`), Offline);
  await assert.rejects(getJson(`${site}/never`, { timeout: 50 }), Offline);
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
