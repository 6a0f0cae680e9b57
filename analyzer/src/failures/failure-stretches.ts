/**
 * The unbroken runs of one failure, by seconds: an outage of half a minute is over long before a rule of minutes sees it.
 *
 * A run ends where more attempts go well, one after the other, than would by chance while it lasts. So few attempts, or a
 * failure of a few in a hundred, make one long run, which is the careful answer.
 */
import type { FailureStretches } from '../diagnose/sections.ts';
import { type AttemptSeries, binStartMs } from '../store/attempt-series.ts';
import { type Bins, coarsen, countIn } from '../store/bins.ts';
import type { FailureTimeline } from '../store/failure-timeline.ts';

/**
 * @param exposed  every attempt that could have failed, the failed ones included
 * @returns undefined where bins are too long to tell short runs
 */
export function failureStretches(exposed: AttemptSeries, failure: FailureTimeline): FailureStretches | undefined {
  const level = Math.max(exposed.level, failure.series.level);
  if (level > COARSEST_LEVEL || failure.series.total.length === 0) return undefined;
  const all = binned(exposed.total, exposed.level, level);
  const failed = binned(failure.series.total, failure.series.level, level);
  const bins = [...new Set([...binsIn(all), ...binsIn(failed)])].sort((a, b) => a - b);
  const enough = cleanRunOf(bins, all, failed);
  const runs: { fromBin: number; toBin: number; failures: number; exposed: number }[] = [];
  let clean = 0;
  for (const bin of bins) {
    const failures = countIn(failed, bin);
    const attempts = Math.max(failures, countIn(all, bin));
    const last = runs.at(-1);
    if (failures === 0) {
      clean += attempts;
      continue;
    }
    if (last === undefined || clean >= enough) runs.push({ fromBin: bin, toBin: bin, failures, exposed: attempts });
    else {
      last.toBin = bin;
      last.failures += failures;
      last.exposed += clean + attempts;
    }
    clean = 0;
  }
  return {
    count: runs.length,
    longestMs: Math.max(...runs.map(({ fromBin, toBin }) => binStartMs(toBin + 1, level) - binStartMs(fromBin, level))),
    failureCount: runs.reduce((sum, run) => sum + run.failures, 0),
    exposedCount: Math.round(runs.reduce((sum, run) => sum + run.exposed, 0)),
    clearedCount: Math.round(clean),
    isOver: clean >= enough,
  };
}

/** 16 seconds: an input of about an hour. A longer one is told by the minute. */
const COARSEST_LEVEL = 4;
/** Of so many attempts all go well by chance in fewer than one of a thousand runs that go on. */
const BY_CHANCE = 0.001;
/** Even where everything fails, a handful of attempts may be those of one healthy client. Our own choice. */
const FEWEST_CLEAN = 10;

/** Attempts that have to go well in a row, by the share that fails from the first failure to the last. */
function cleanRunOf(bins: readonly number[], all: Bins, failed: Bins): number {
  const failing = bins.filter((bin) => countIn(failed, bin) > 0);
  const [first, last] = [failing[0]!, failing.at(-1)!];
  let failures = 0;
  let attempts = 0;
  for (const bin of bins) {
    if (bin < first || bin > last) continue;
    failures += countIn(failed, bin);
    attempts += Math.max(countIn(failed, bin), countIn(all, bin));
  }
  const share = failures / attempts;
  return share >= 1 ? FEWEST_CLEAN : Math.max(FEWEST_CLEAN, Math.ceil(Math.log(BY_CHANCE) / Math.log(1 - share)));
}

function binned(bins: Bins, from: number, to: number): Bins {
  const coarse = bins.slice();
  coarsen(coarse, 2 ** (to - from));
  return coarse;
}

function binsIn(bins: Bins): number[] {
  return bins.filter((_, i) => i % 2 === 0);
}
