// Many changes of one moment are one: what follows from them is done once.
const PATIENCE = 200; // milliseconds

export class Changes {
  #timer = null;
  #act;

  /** `act` is called when there was no change for a while. */
  constructor(act) {
    this.#act = act;
  }

  note() {
    this.forget();
    this.#timer = setTimeout(this.#act, PATIENCE);
  }

  forget() {
    clearTimeout(this.#timer);
  }
}
