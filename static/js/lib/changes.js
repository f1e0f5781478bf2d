// Many changes of one moment are one: what follows from them is done once.
const PATIENCE = 200; // milliseconds

export class Changes {
  #timer = null;
  #act;
  #patience;

  /** `act` is called when there was no change for a while. */
  constructor(act, { patience = PATIENCE } = {}) {
    this.#act = act;
    this.#patience = patience;
  }

  note() {
    this.forget();
    this.#timer = setTimeout(this.#act, this.#patience);
  }

  forget() {
    clearTimeout(this.#timer);
  }
}
