/** What others say of a failure's class: each rule as its source states it, on the same stream that ours reads. */

/** A rate threshold, asked as soon as there is a rate: at the second event; of all attempts, or of those after the first failure. */
class RateAtSecondEvent {
  failures = 0;
  first = -1;
  said;

  constructor(fromFirst) {
    this.fromFirst = fromFirst;
  }

  failed(index) {
    this.failures++;
    if (this.failures === 1) this.first = index;
    const rate = this.fromFirst ? 1 / (index - this.first) : 2 / (index + 1);
    if (this.failures === 2) this.said = rate >= 1e-3 ? 'systemic' : 'rare';
  }

  look() {
    return this.said;
  }
}

/** Wald 1945, between 1 in 100,000 and 1 in 10, both errors 1 %; counts after the first sight, as ours. */
class SequentialRatio {
  first = -1;
  failures = 0;
  said;

  failed(index) {
    if (this.first < 0) {
      this.first = index;
      return;
    }
    this.#weigh(index - this.first - 1);
    this.failures++;
    this.#weigh(index - this.first);
  }

  look(exposed) {
    if (this.first >= 0) this.#weigh(exposed - this.first - 1);
    return this.said;
  }

  #weigh(exposed) {
    if (this.said !== undefined) return;
    const weight = this.failures * Math.log(0.1 / 1e-5) + (exposed - this.failures) * Math.log((1 - 0.1) / (1 - 1e-5));
    if (weight >= BOUND) this.said = 'systemic';
    else if (weight <= -BOUND) this.said = 'rare';
  }
}

const BOUND = Math.log(0.99 / 0.01);

export const PEERS = {
  'rate >= 1e-3 at the second event': () => new RateAtSecondEvent(false),
  'the same, after the first': () => new RateAtSecondEvent(true),
  'SPRT 1e-5 against 1e-1': () => new SequentialRatio(),
};
