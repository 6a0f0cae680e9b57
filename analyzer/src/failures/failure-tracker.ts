/**
 * Follows one kind of failure through a stream of attempts in order of time, in memory that does not grow with it.
 *
 * Attempts that went well are counted by the ledger alone; a failure costs a few hundred additions. Used live, and in
 * one pass over an export whose attempts are in order.
 */
import { everyNth, RemainderCounts } from '../stats/every-nth.ts';
import { GapMoments } from '../stats/gap-moments.ts';
import type { Tally } from '../store/attempt-attribute.ts';
import { noOutcomes, type Outcome } from '../store/outcomes.ts';
import type { Evidence } from '../store/summary.ts';
import { DenseWatch } from './dense-now.ts';
import { EpisodeCounter } from './episodes.ts';
import { BLOCKS, type ExposedValue, type ExposureLedger } from './exposure.ts';
import type { AttributeHistory, FailureHistory, VersionHistory } from './failure-history.ts';
import { FoldingBlocks, foldPairs } from './folding-blocks.ts';

export interface FailedAttempt {
  /** Its number in the ledger, which has counted it already. */
  readonly index: number;
  readonly atMs: number;
  /** One for each rule of the ledger. */
  readonly values: readonly (string | undefined)[];
  readonly outcome?: Outcome | undefined;
  readonly evidence?: Evidence | undefined;
}

export class FailureTracker {
  readonly #ledger: ExposureLedger;
  readonly #dense = new DenseWatch();
  readonly #episodes = new EpisodeCounter();
  readonly #remainders = new RemainderCounts();
  readonly #gaps = new GapMoments();
  readonly #outcomes = noOutcomes();
  readonly #evidence: Evidence[] = [];
  /** Failures along the stream, from the first one on: finer than the ledger's, as they stand for themselves. */
  readonly #blocks = new FoldingBlocks(FINE_BLOCKS);
  /** By slot: failures after the first one with that value. */
  readonly #ofValues = new Map<number, { total: number; blocks: Uint32Array }>();
  #valueBlockWidth = 1;
  #failures = 0;
  #firstIndex = -1;
  #firstMs = Number.NaN;
  #lastIndex = -1;
  #lastMs = Number.NaN;
  #versionBefore = 0;
  #firstValues: readonly (string | undefined)[] = [];
  /** What the ledger had counted for each value when the failure was first seen. */
  #atFirst: readonly number[] = [];

  constructor(ledger: ExposureLedger) {
    this.#ledger = ledger;
  }

  add(failed: FailedAttempt): void {
    const { index, atMs, values } = failed;
    this.#dense.add(index, atMs);
    this.#episodes.add(index, atMs);
    this.#remainders.add(index);
    if (failed.outcome !== undefined) this.#outcomes[failed.outcome]++;
    if (failed.evidence !== undefined && this.#evidence.length < MOST_EVIDENCE) this.#evidence.push(failed.evidence);
    if (this.#firstIndex < 0) this.#see(index, atMs, values);
    else {
      this.#failures++;
      this.#gaps.add(index - this.#lastIndex);
      this.#blocks.add(index - this.#firstIndex - 1);
      this.#countValues(index, values);
    }
    this.#lastIndex = index;
    this.#lastMs = atMs;
  }

  history(): FailureHistory {
    const { exposed, lastMs } = this.#ledger;
    return {
      total: { exposed: Math.max(0, exposed - this.#firstIndex - 1), failures: this.#failures },
      exposedBefore: this.#versionBefore,
      firstMs: this.#firstMs,
      lastMs: this.#lastMs,
      untilMs: lastMs,
      furtherEpisodes: Math.max(0, this.#episodes.onsets - 1),
      onsetsMs: this.#episodes.onsetsMs,
      recent: this.#dense.recent(exposed - 1),
      denseSinceMs: this.#dense.isDense(exposed) ? this.#dense.sinceMs : undefined,
      blocks: this.#fineBlocks(),
      attributes: this.#attributes(),
      valuesTried: this.#ledger.values.length,
      versions: this.#versions(),
      everyNth: everyNth(this.#remainders),
      gapVariation: this.#gaps.variation,
      outcomes: this.#outcomes,
      evidence: this.#evidence,
    };
  }

  #see(index: number, atMs: number, values: readonly (string | undefined)[]): void {
    this.#firstIndex = index;
    this.#firstMs = atMs;
    this.#firstValues = [...values];
    this.#atFirst = this.#ledger.values.map(({ total }) => total);
    const rule = this.#ledger.rules.findIndex(({ nature }) => nature === 'version');
    const version = values[rule];
    this.#versionBefore = version === undefined ? index : Math.max(0, this.#ledger.valueOf(rule, version).total - 1);
  }

  #countValues(index: number, values: readonly (string | undefined)[]): void {
    while (this.#valueBlockWidth < this.#ledger.blockWidth) {
      for (const { blocks } of this.#ofValues.values()) foldPairs(blocks);
      this.#valueBlockWidth *= 2;
    }
    const block = this.#ledger.blockOf(index);
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value === undefined) continue;
      const { slot } = this.#ledger.valueOf(i, value);
      let mine = this.#ofValues.get(slot);
      if (mine === undefined) {
        mine = { total: 0, blocks: new Uint32Array(BLOCKS) };
        this.#ofValues.set(slot, mine);
      }
      mine.total++;
      mine.blocks[block]!++;
    }
  }

  #fineBlocks(): Tally[] {
    const exposed = this.#ledger.exposed - this.#firstIndex - 1;
    if (this.#firstIndex < 0) return [];
    const { width, counts } = this.#blocks;
    const found: Tally[] = [];
    // Attempts after the last block are all clean: they do not make the blocks with failures coarser.
    const covered = Math.min(exposed, counts.length * width);
    for (let from = 0; from < covered; from += width)
      found.push({ exposed: Math.min(width, covered - from), failures: counts[from / width]! });
    const step = Math.max(width, Math.ceil((exposed - covered) / counts.length));
    for (let from = covered; from < exposed; from += step) found.push({ exposed: Math.min(step, exposed - from), failures: 0 });
    return found;
  }

  #attributes(): AttributeHistory[] {
    const told = new Map<unknown, { exposed: number; failures: number }>();
    for (const value of this.#ledger.values) {
      const sum = told.get(value.rule) ?? { exposed: 0, failures: 0 };
      sum.exposed += this.#exposedTo(value);
      sum.failures += this.#ofValues.get(value.slot)?.total ?? 0;
      told.set(value.rule, sum);
    }
    const { rules, values } = this.#ledger;
    const firsts = this.#firstValues.map((value, rule) => (value === undefined ? undefined : this.#ledger.valueOf(rule, value).slot));
    const slots = new Set(this.#ofValues.keys());
    for (const slot of firsts) if (slot !== undefined) slots.add(slot);
    return [...slots].map((slot) => {
      const value = values[slot]!;
      const first = firsts[rules.indexOf(value.rule)];
      return {
        rule: value.rule,
        value: value.value,
        within: { exposed: this.#exposedTo(value), failures: this.#ofValues.get(slot)?.total ?? 0 },
        told: told.get(value.rule)!,
        fitsFirst: first === undefined || first === slot,
        blocks: () => this.#blocksOf(value),
      };
    });
  }

  #versions(): VersionHistory[] {
    return this.#ledger.values
      .filter(({ rule }) => rule.nature === 'version')
      .map((value) => ({
        version: value.value,
        exposed: this.#exposedTo(value),
        failures: this.#ofValues.get(value.slot)?.total ?? 0,
        blocks: () => this.#blocksOf(value),
      }));
  }

  #exposedTo(value: ExposedValue): number {
    return value.total - (this.#atFirst[value.slot] ?? 0);
  }

  #blocksOf(value: ExposedValue): { exposed: number; failures: number; ofAll: number; atMs: number }[] {
    const ledger = this.#ledger;
    const mine = this.#ofValues.get(value.slot);
    // The ledger may have joined blocks since the last failure.
    const folds = Math.log2(ledger.blockWidth / this.#valueBlockWidth);
    const failures = mine === undefined || folds === 0 ? mine?.blocks : mine.blocks.slice();
    for (let i = 0; i < folds && failures !== undefined; i++) foldPairs(failures);
    const from = Math.max(0, ledger.blockOf(this.#firstIndex));
    const found = [];
    let before = this.#atFirst[value.slot] ?? 0;
    for (let block = 0; block < from; block++) before -= value.blocks[block]!;
    for (let block = from; block < ledger.blockStartMs.length; block++) {
      const start = Math.max(0, this.#firstIndex + 1 - block * ledger.blockWidth);
      found.push({
        exposed: value.blocks[block]! - (block === from ? before : 0),
        failures: failures?.[block] ?? 0,
        ofAll: ledger.exposedIn(block) - (block === from ? start : 0),
        atMs: ledger.blockStartMs[block]!,
      });
    }
    return found;
  }
}

/** Enough for windows in which three failures are expected, wherever a verdict reads them. */
const FINE_BLOCKS = 256;
const MOST_EVIDENCE = 8;
