/**
 * Does a process open connections to a peer and never close them?
 *
 * A pool fills and then stays; a driver that is made anew with every request climbs for as long as the process lives.
 * The life is kept in at most 32 pieces with the lowest and the highest count of each, however long it is. It climbs
 * when each third lies wholly above the one before: ups and downs with the traffic touch each other.
 */
export interface SocketClimb {
  /** Lowest count of the last third less the highest of the first. */
  readonly gainedCount: number;
  readonly sampleCount: number;
}

export class SocketTrend {
  highestCount = 0;
  #lows: number[] = [];
  #highs: number[] = [];
  #perPiece = 1;
  #inPiece = 0;
  #sampleCount = 0;

  copyWith(): SocketTrend {
    const made = new SocketTrend();
    made.highestCount = this.highestCount;
    made.#lows = [...this.#lows];
    made.#highs = [...this.#highs];
    made.#perPiece = this.#perPiece;
    made.#inPiece = this.#inPiece;
    made.#sampleCount = this.#sampleCount;
    return made;
  }

  add(liveCount: number): void {
    this.#sampleCount++;
    if (liveCount > this.highestCount) this.highestCount = liveCount;
    if (this.#inPiece === 0) {
      if (this.#lows.length === MOST_PIECES) this.#halve();
      this.#lows.push(liveCount);
      this.#highs.push(liveCount);
    } else {
      const last = this.#lows.length - 1;
      this.#lows[last] = Math.min(this.#lows[last]!, liveCount);
      this.#highs[last] = Math.max(this.#highs[last]!, liveCount);
    }
    this.#inPiece = (this.#inPiece + 1) % this.#perPiece;
  }

  /** @returns undefined when it does not climb, or nobody could tell yet */
  climb(): SocketClimb | undefined {
    const pieces = this.#lows.length;
    if (this.#sampleCount < FEWEST_SAMPLES) return undefined;
    const third = Math.floor(pieces / 3);
    const firstHigh = Math.max(...this.#highs.slice(0, third));
    const middle = {
      low: Math.min(...this.#lows.slice(third, pieces - third)),
      high: Math.max(...this.#highs.slice(third, pieces - third)),
    };
    const lastLow = Math.min(...this.#lows.slice(pieces - third));
    if (!(middle.low >= firstHigh && lastLow >= middle.high) || lastLow - firstHigh < LEAST_GAIN) return undefined;
    // A pool that filled late rests at its size; what never closes still climbs within the last third.
    const lastHigh = Math.max(...this.#highs.slice(pieces - third));
    if (lastHigh <= this.#lows[pieces - third]!) return undefined;
    return { gainedCount: lastLow - firstHigh, sampleCount: this.#sampleCount };
  }

  #halve(): void {
    const lows = this.#lows;
    const highs = this.#highs;
    this.#lows = [];
    this.#highs = [];
    for (let i = 0; i < lows.length; i += 2) {
      this.#lows.push(Math.min(lows[i]!, lows[i + 1]!));
      this.#highs.push(Math.max(highs[i]!, highs[i + 1]!));
    }
    this.#perPiece *= 2;
  }
}

const MOST_PIECES = 32;
/** Our own choice: three thirds of ten looks each. */
const FEWEST_SAMPLES = 30;
/** Between the first third and the last; the default pool of pg and mysql2 has 10 connections, of a keep-alive agent often fewer. */
const LEAST_GAIN = 5;
