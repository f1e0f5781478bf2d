// Adding a browser to a person's devices, by a code: the side of the device that shows it, and that of the new browser.
import { alone, expectOwn, noteOwn } from "./account.js";
import { getJson, postJson } from "./http.js";
import * as keyring from "./keyring.js";

const ADMISSIONS = "/keys/admissions/";
const PROMISED = { promised: ["uid", "state", "offers"] };
const addressOf = (uid, what = "") => `${ADMISSIONS}${uid}${what}`;

/** The device that shows a code. */
export class Admission {
  #account;

  constructor(account) {
    this.#account = account;
    this.uid = crypto.randomUUID();
  }

  /** The code: opens the admission. Whoever calls it has confirmed who they are, or gets a refusal. */
  async open() {
    await keyring.loadAccount(this.#account);
    await postJson(ADMISSIONS, { uid: this.uid }, PROMISED);
    return keyring.prepare(this.#account, "drawCode", this.uid);
  }

  /** {state, offer, isWrong}: the offer that knows the code, or null; a wrong one is marked. CodeOver when its time is over. */
  async look() {
    const { state, offers } = await getJson(addressOf(this.uid, ".json"), PROMISED);
    let isWrong = false;
    for (const offer of offers.filter((each) => each.state === "waiting")) {
      if (await keyring.prepare(this.#account, "isRightOffer", this.uid, offer)) {
        return { state, offer, isWrong };
      }
      isWrong = true;
      await this.#answer({ fingerprint: offer.fingerprint, answer: "wrong" });
    }
    return { state, offer: null, isWrong: isWrong || offers.some((each) => each.state === "wrong") };
  }

  /** Gives the account's key to the device that made the offer; the same errors as of `look`, or an HttpError. */
  async allow(offer) {
    return alone(this.#account, async () => {
      await keyring.reloadAccount(this.#account);
      const answer = await keyring.prepare(this.#account, "prepareAnswer", this.uid, offer);
      noteOwn(answer.keyholders.number);
      await this.#answer(answer);
      return keyring.reloadAccount(this.#account);
    });
  }

  async refuse({ fingerprint }) {
    await this.#answer({ fingerprint, answer: "refused" });
  }

  /** Ends the admission before anybody was let in. */
  async end() {
    await postJson(addressOf(this.uid, "/end/"), {}, PROMISED);
  }

  /** Forgets the code, once it was answered or is over. */
  drop() {
    return keyring.prepare(this.#account, "dropCode", this.uid).catch(() => null);
  }

  #answer(body) {
    return postJson(addressOf(this.uid, "/answer/"), body, PROMISED);
  }
}

/** The uid of the admission that another device of the person has open, or null. */
export async function openAdmission() {
  return (await getJson(`${ADMISSIONS}open.json`, { promised: ["admission"] })).admission?.uid ?? null;
}

/** The new browser: offers itself to an admission with the code that somebody typed; InvalidCode. */
export class Offer {
  #account;
  #fingerprint = null;
  #taking = null;

  constructor(account, uid) {
    this.#account = account;
    this.uid = uid;
  }

  async make({ typed, name }) {
    keyring.persist();
    await alone(this.#account, async () => {
      const { fingerprint, request } = await keyring.prepare(this.#account, "prepareOffer", this.uid, { typed, name });
      this.#fingerprint = fingerprint;
      expectOwn(true);
      await postJson(addressOf(this.uid, "/offers/"), request, PROMISED);
    });
  }

  /** `waiting`, `wrong`, `refused`, `over`, or `ready` once this browser holds the key; WrongAnswer or CodeOver. */
  async look() {
    const { state, offers, answer } = await getJson(addressOf(this.uid, ".json"), PROMISED);
    const mine = offers.find(({ fingerprint }) => fingerprint === this.#fingerprint);
    if (answer?.fingerprint === this.#fingerprint) {
      // Two messages in one moment: the code is forgotten with the answer.
      this.#taking ??= alone(this.#account, () => this.#take(answer)).finally(() => (this.#taking = null));
      return (await this.#taking).state;
    }
    const isOpen = state === "open" && mine?.state === "waiting";
    expectOwn(isOpen);
    return isOpen ? "waiting" : ["wrong", "refused"].includes(mine?.state) ? mine.state : "over";
  }

  async #take(answer) {
    const text = await keyring.accountText(this.#account);
    await keyring.prepare(this.#account, "takeAnswer", this.uid, { answer, text });
    return keyring.reloadAccount(this.#account);
  }
}
