// A server that keeps one person's keys as the real one does, without its checks: a test makes it lie.
import { fromBase64, fromHex, toHex } from "../../../static/js/crypto/bytes.js";
import { statementOf, Link } from "../../../static/js/crypto/chains.js";
import { readPublicKey } from "../../../static/js/crypto/public_keys.js";
import { digest } from "../../../static/js/crypto/statements.js";

export const fingerprintOf = async (pem) => toHex(await (await readPublicKey(pem)).fingerprint);

export class AccountServer {
  constructor(user) {
    Object.assign(this, { user, chain: [], keyholders: null, devices: [], removed: [], codes: [], boxes: [], links: [], own: [] });
    this.waiting = null;
    this.store = new Map();
    this.wraps = [];
  }

  /** `GET /keys/lift.json`: what lies under another key than the newest. */
  part() {
    const { fingerprint, generation } = this.chain.at(-1);
    const wraps = this.wraps.filter((wrap) => wrap.fingerprint !== fingerprint);
    const objects = [...this.store.values()].filter((stored) => stored.generation < generation);
    return { done: 0, total: 0, links: this.links, wraps, objects };
  }

  /** `POST` of the same. */
  move({ fingerprint, wraps, failed, objects, failed_objects }) {
    const { generation } = this.chain.at(-1);
    const isNamed = (list, one) => list.some(({ post, name }) => (post ?? name) === (one.post ?? one.name));
    this.wraps = this.wraps.filter((wrap) => !isNamed([...wraps, ...failed], wrap));
    this.wraps.push(...wraps.map((wrap) => ({ ...wrap, fingerprint })));
    failed_objects.forEach(({ name }) => this.store.delete(name));
    objects.forEach((each) => this.store.set(each.name, { ...each, generation }));
    this.links = this.part().wraps.length + this.part().objects.length ? this.links : [];
    return { done: 0, total: 0 };
  }

  /** The answer to `PUT /keys/store/<name>`. */
  put(name, { generation, version, sealed }) {
    const stored = this.store.get(name);
    if (generation !== this.chain.at(-1).generation) {
      return { status: 409, body: { errors: {}, account: {} } };
    }
    if (version !== (stored?.version ?? 0) + 1) {
      return { status: 409, body: stored ?? { version: 0 } };
    }
    this.store.set(name, { name, generation, version, sealed });
    return { status: 200, body: { name, generation, version } };
  }

  /** The text of `account.json` for a recipient. */
  text(recipient = "") {
    const { user, chain, keyholders, devices, removed, codes, boxes, links, own, waiting: asked } = this;
    const mine = boxes.filter((box) => box.recipient === recipient);
    const all = { v: 1, user, chain, keyholders, devices, removed, recovery_codes: codes, boxes: mine, links, own_keys: own };
    return JSON.stringify({ ...all, starting_over: asked && { link: asked.link, asked_at: "2026-05-03", due_at: "2026-05-06" } });
  }

  /** The same with the cause `reset`, which waits until `finish`. */
  async ask(request) {
    this.waiting = { ...request, link: { ...request.link, fingerprint: await fingerprintOf(request.link.public_key) } };
  }

  async finish() {
    this.links = [];
    await this.replace(this.waiting);
    this.waiting = null;
  }

  /** The PEM of every holder, as `public_keys.json` has them. */
  get publicKeys() {
    return Object.fromEntries([...this.devices, ...this.codes].map((each) => [each.fingerprint, each.public_key]));
  }

  /** The same as a backup keeps it. */
  copy() {
    return Object.assign(new AccountServer(this.user), structuredClone({ ...this }));
  }

  /** `POST /keys/account/`. */
  async replace(request) {
    const { link, keyholders } = request;
    const before = ["new", "reset"].includes(link.cause) ? null : await this.#before();
    if (request.link_box) {
      const generation = this.chain.at(-1).generation;
      this.links.push({ generation, recipient: await fingerprintOf(link.public_key), box: request.link_box });
    }
    this.chain.push({ ...link, fingerprint: await fingerprintOf(link.public_key), before });
    this.boxes = [];
    await this.hold({ ...keyholders, generation: link.generation, ...request });
  }

  /** `POST /keys/keyholders/`. */
  async hold({ generation, keyholders, devices, recovery_codes, boxes, confirmed, ...rest }) {
    const list = keyholders ?? rest;
    this.keyholders = { generation, number: list.number, holders: list.holders, signature: list.signature };
    for (const { public_key } of devices) {
      this.devices.push({ fingerprint: await fingerprintOf(public_key), public_key });
    }
    for (const code of recovery_codes) {
      const { fingerprint, signing_key } = this.chain.at(-1);
      const account = { generation, account_fingerprint: fingerprint, account_signing_key: signing_key };
      this.codes.push({ ...code, ...account, fingerprint: await fingerprintOf(code.public_key), confirmed: false });
    }
    this.boxes.push(...boxes.map((box) => ({ generation, ...box })));
    const listed = new Set(list.holders.map(({ fingerprint }) => fingerprint));
    const gone = this.devices.filter(({ fingerprint }) => !listed.has(fingerprint));
    this.removed.push(...gone.map(({ fingerprint }) => ({ fingerprint, removed_at: "2026-05-03T00:00:00Z" })));
    this.devices = this.devices.filter(({ fingerprint }) => listed.has(fingerprint));
    this.codes = this.codes.filter(({ fingerprint }) => listed.has(fingerprint));
    this.boxes = this.boxes.filter(({ recipient }) => listed.has(recipient));
    this.codes.forEach((code) => (code.confirmed ||= code.fingerprint === confirmed));
  }

  async #before() {
    const { generation, fingerprint, signing_key, cause, before } = this.chain.at(-1);
    const inBytes = before && { fingerprint: fromHex(before.fingerprint), statement: fromHex(before.statement) };
    const place = { fingerprint: fromHex(fingerprint), signingKey: fromBase64(signing_key), before: inBytes };
    const link = new Link({ generation, cause, ...place });
    return { fingerprint, statement: toHex(await digest(statementOf(link, { user: this.user }))) };
  }
}
