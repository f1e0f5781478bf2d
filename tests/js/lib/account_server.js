// A server that keeps one person's keys as the real one does, without its checks: a test makes it lie.
import { fromBase64, fromHex, toHex } from "../../../static/js/crypto/bytes.js";
import { statementOf, Link } from "../../../static/js/crypto/chains.js";
import { readPublicKey } from "../../../static/js/crypto/public_keys.js";
import { digest } from "../../../static/js/crypto/statements.js";

export const fingerprintOf = async (pem) => toHex(await (await readPublicKey(pem)).fingerprint);

export class AccountServer {
  constructor(user) {
    Object.assign(this, { user, chain: [], keyholders: null, devices: [], removed: [], codes: [], boxes: [], links: [] });
  }

  /** The text of `account.json` for a recipient. */
  text(recipient = "") {
    const { user, chain, keyholders, devices, removed, codes, boxes, links } = this;
    const mine = boxes.filter((box) => box.recipient === recipient);
    const all = { v: 1, user, chain, keyholders, devices, removed, recovery_codes: codes, boxes: mine, links, own_keys: [] };
    return JSON.stringify({ ...all, starting_over: null });
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
