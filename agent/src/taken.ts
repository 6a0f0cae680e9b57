/**
 * What a host's code may replace, taken before it runs. One object, because what is compiled later (`parts/invocations.ts`)
 * would find what the host has left there; it is handed this.
 */
export const taken = {
  toJson: JSON.stringify,
  thenOf: Promise.prototype.then,
  startTimer: setTimeout,
  epochNow: Date.now,
};
