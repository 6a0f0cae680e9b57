/**
 * One kind of failure, counted so that the parts of an export can be added up: two threads that each saw half of the
 * sandboxes end with what one would have counted.
 *
 * The price of that is the order of attempts within a bin of time, which no sum keeps: see `timeline-history.ts`.
 */
import { RemainderCounts } from '../stats/every-nth.ts';
import { AttemptSeries } from './attempt-series.ts';
import { addOutcomes, noOutcomes, type Outcome } from './outcomes.ts';
import type { Evidence } from './summary.ts';

export interface TimedFailure {
  readonly atMs: number;
  /** One for each attribute rule. */
  readonly values: readonly (string | undefined)[];
  /** The attempt's number in its own sandbox, from 0: a counter in the process fails every n-th of these. */
  readonly ordinal?: number | undefined;
  readonly outcome?: Outcome | undefined;
  readonly evidence?: Evidence | undefined;
}

export class FailureTimeline {
  readonly series: AttemptSeries;
  readonly remainders = new RemainderCounts();
  readonly outcomes = noOutcomes();
  /** The earliest failure: it is why anybody looks, and not counted. */
  first: { readonly atMs: number; readonly values: readonly (string | undefined)[] } | undefined;
  lastMs = Number.NEGATIVE_INFINITY;
  /** The earliest ones. */
  readonly evidence: Evidence[] = [];

  constructor(rules: number, series: AttemptSeries = new AttemptSeries(rules)) {
    this.series = series;
  }

  copyWith(): FailureTimeline {
    const made = new FailureTimeline(this.series.ofValues.length, this.series.copyWith());
    this.remainders.counts.forEach((count, i) => {
      made.remainders.counts[i] = count;
    });
    made.remainders.total = this.remainders.total;
    addOutcomes(made.outcomes, this.outcomes);
    for (const evidence of this.evidence) made.evidence.push(evidence);
    made.first = this.first;
    made.lastMs = this.lastMs;
    return made;
  }

  add({ atMs, values, ordinal, outcome, evidence }: TimedFailure): void {
    this.series.add(atMs, values);
    if (ordinal !== undefined) this.remainders.add(ordinal);
    if (outcome !== undefined) this.outcomes[outcome]++;
    if (evidence !== undefined) this.#keep(evidence);
    if (!Number.isFinite(atMs)) return;
    if (this.first === undefined || atMs <= this.first.atMs) this.#see({ atMs, values: [...values] });
    if (atMs > this.lastMs) this.lastMs = atMs;
  }

  /** @param other  possibly a structured clone that lost its classes */
  merge(other: FailureTimeline): void {
    this.series.merge(other.series);
    other.remainders.counts.forEach((count, i) => {
      this.remainders.counts[i]! += count;
    });
    this.remainders.total += other.remainders.total;
    addOutcomes(this.outcomes, other.outcomes);
    for (const evidence of other.evidence) this.#keep(evidence);
    if (other.first !== undefined) this.#see(other.first);
    if (other.lastMs > this.lastMs) this.lastMs = other.lastMs;
  }

  #see(failure: NonNullable<FailureTimeline['first']>): void {
    const known = this.first;
    // Of two at the same millisecond either will do, as long as it is always the same one.
    if (known === undefined || failure.atMs < known.atMs || (failure.atMs === known.atMs && textOf(failure) < textOf(known)))
      this.first = failure;
  }

  #keep(evidence: Evidence): void {
    this.evidence.push(evidence);
    this.evidence.sort((a, b) => a.atMs - b.atMs || a.file - b.file || a.place - b.place);
    if (this.evidence.length > MOST_EVIDENCE) this.evidence.length = MOST_EVIDENCE;
  }
}

const MOST_EVIDENCE = 8;

function textOf({ values }: NonNullable<FailureTimeline['first']>): string {
  return JSON.stringify(values.map((value) => value ?? null));
}
