// Several changes within a moment lead to one call.
const PATIENCE = 200; // milliseconds

export class Changes {
  #timer = null;
  #act;

  /** Calls `act` when there was no change for a moment. */
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
