// A browser of a test: the keyring's worker in a thread, with an IndexedDB of its own.
import { isMainThread, parentPort, Worker } from "node:worker_threads";

if (!isMainThread) {
  await import("./one_tab.js");
  const { now } = Date;
  let later = 0;
  Date.now = () => now() + later;
  const heard = (data, listener) => (data.wait ? (later += data.wait) : listener({ data }));
  globalThis.addEventListener = (_, listener) => parentPort.on("message", (data) => heard(data, listener));
  globalThis.postMessage = (message) => parentPort.postMessage(message);
  await import("../../../static/js/lib/keyring_worker.js");
}

export class BrowserThread {
  #worker = new Worker(new URL(import.meta.url));
  #waiting = new Map();
  #last = 0;

  constructor(account) {
    this.account = account;
    this.#worker.on("message", ({ id, result, error }) => {
      const { resolve, reject } = this.#waiting.get(id);
      error ? reject(Object.assign(new Error(error.message), error)) : resolve(result);
    });
  }

  /** What a page's call of this method comes to. */
  call(method, ...args) {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, method, account: this.account, args });
    });
  }

  /** Lets so many milliseconds go by on its clock. */
  wait(milliseconds) {
    this.#worker.postMessage({ wait: milliseconds });
  }

  close() {
    return this.#worker.terminate();
  }
}
