/** Events per minute, whatever they are: shows where the data has holes. One addition per event. */
export class EventMinutes {
  readonly counts = new Map<number, number>();
  firstMs = Number.POSITIVE_INFINITY;
  lastMs = Number.NEGATIVE_INFINITY;
  #minute = Number.NaN;
  #from = 0;
  #to = 0;
  #pending = 0;

  /** @param atMs  epoch ms; an event without a time (NaN) is in no minute */
  add(atMs: number): void {
    if (atMs >= this.#from && atMs < this.#to) {
      this.#pending++;
      if (atMs > this.lastMs) this.lastMs = atMs;
      if (atMs < this.firstMs) this.firstMs = atMs;
      return;
    }
    this.#turn(atMs);
  }

  /** @param minuteMs  begin of the minute in epoch ms; NaN as for a single event */
  addMany(minuteMs: number, events: number): void {
    if (Number.isNaN(minuteMs)) return;
    const minute = Math.floor(minuteMs / 60_000);
    this.counts.set(minute, (this.counts.get(minute) ?? 0) + events);
  }

  forgetBefore(minute: number): void {
    for (const known of this.counts.keys()) if (known < minute) this.counts.delete(known);
  }

  settle(): void {
    if (this.#pending !== 0) this.counts.set(this.#minute, (this.counts.get(this.#minute) ?? 0) + this.#pending);
    this.#pending = 0;
  }

  #turn(atMs: number): void {
    if (Number.isNaN(atMs)) return;
    this.settle();
    this.#minute = Math.floor(atMs / 60_000);
    this.#from = this.#minute * 60_000;
    this.#to = this.#from + 60_000;
    this.#pending = 1;
    if (atMs > this.lastMs) this.lastMs = atMs;
    if (atMs < this.firstMs) this.firstMs = atMs;
  }
}
