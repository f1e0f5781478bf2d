// A page of a test, for lib/ as it is: document, fetch and Worker as it finds them in a browser. The keyring's worker runs in
// the same thread, and so has the same IndexedDB.

/** What the AccountServer answers to this page; `isAway` has it answer nothing, `before` is called before it stores something. */
export function openPage(server) {
  const answers = { isAway: false, before: () => {} };
  const page = Object.assign(new EventTarget(), { cookie: "", baseURI: "http://site/" });
  page.body = { dataset: { user: server.user } };
  page.documentElement = { lang: "en" };
  page.querySelector = () => ({ content: "/worker.js" });
  Object.assign(globalThis, { document: page, location: new URL("http://site/"), Worker: SameThread });
  globalThis.fetch = async (address, options) => {
    if (answers.isAway) {
      throw new TypeError("Failed to fetch");
    }
    const { status, body } = answer(server, answers, { address, ...options });
    return new Response(status === 204 ? null : JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
  };
  // What a page does when nobody waits is no part of a test, which ends before.
  const { setTimeout } = globalThis;
  globalThis.setTimeout = (...args) => setTimeout(...args).unref();
  return answers;
}

function answer(server, answers, { address, method = "GET", body }) {
  const { pathname, searchParams } = new URL(address, "http://site/");
  if (pathname === "/keys/account.json") {
    return { status: 200, body: JSON.parse(server.text(searchParams.get("for") ?? "")) };
  }
  if (pathname === "/keys/lift.json") {
    return { status: 200, body: method === "POST" ? server.move(JSON.parse(body)) : server.part() };
  }
  if (pathname === "/keys/store.json") {
    return { status: 200, body: { objects: [...server.store.values()].map(({ sealed: _, ...rest }) => rest) } };
  }
  const name = pathname.replace("/keys/store/", "");
  if (method === "DELETE") {
    server.store.delete(name);
    return { status: 204 };
  }
  if (method === "PUT") {
    answers.before();
    return server.put(name, JSON.parse(body));
  }
  const stored = server.store.get(name);
  return stored ? { status: 200, body: stored } : { status: 404, body: {} };
}

class SameThread extends EventTarget {
  #started;

  constructor() {
    super();
    globalThis.postMessage = (data) => this.dispatchEvent(Object.assign(new Event("message"), { data }));
    this.#started = new Promise((resolve) => {
      globalThis.addEventListener = (_, listener) => resolve(listener);
    });
    import("../../../static/js/lib/keyring_worker.js");
  }

  async postMessage(data) {
    (await this.#started)({ data: structuredClone(data) });
  }
}
