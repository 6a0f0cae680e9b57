/**
 * A new version (or memory size) begins with no warm sandbox: for some minutes nearly every request starts cold.
 *
 * A storm is told only where it can be told from the usual: another version served before, at least ten requests
 * waited within five minutes of the new one's first event, and their share lies above that of all other time with
 * both 95 % intervals apart, and that of the new one's own later time. The first minutes of an export are no storm: nothing is known of the time before.
 */
import type { ConfigurationSummary, InitFact } from '../store/summary.ts';
import { isWaitedFor } from './cold-start-kinds.ts';
import type { ShareInterval } from './sections.ts';
import { shareInterval } from './share-interval.ts';

export interface ColdStartStorm {
  readonly configuration: ConfigurationSummary;
  readonly fromMs: number;
  readonly toMs: number;
  readonly coldCount: number;
  readonly invocationCount: number;
  readonly share: ShareInterval;
  /** All versions of the function outside of every new version's first minutes. */
  readonly otherColdCount: number;
  readonly otherInvocationCount: number;
  readonly otherShareHigh: number;
  readonly inits: readonly InitFact[];
}

/** @param configurations  all of one function */
export function coldStartStorms(configurations: readonly ConfigurationSummary[]): ColdStartStorm[] {
  const firstMs = Math.min(...configurations.map((configuration) => configuration.firstMs).filter(Number.isFinite));
  const beginnings = configurations
    .filter((configuration) => Number.isFinite(configuration.firstMs))
    .map((configuration) => beginningOf(configuration));
  // The first configuration's beginning is the export's, or the function's own; either way not a usual time.
  const other = {
    cold: total(configurations, waitedForCount) - total(beginnings, (beginning) => beginning.inits.length),
    invocations: total(configurations, (each) => each.invocationCount) - total(beginnings, (beginning) => beginning.invocationCount),
  };
  if (other.invocations <= 0) return [];
  const otherShare = shareInterval(Math.min(Math.max(0, other.cold), other.invocations), other.invocations)!;
  const storms: ColdStartStorm[] = [];
  for (const { configuration, inits, fromMs, toMs, invocationCount } of beginnings) {
    if (configuration.firstMs - firstMs < WINDOW_MS || inits.length < LEAST_COLD_STARTS) continue;
    const coldCount = Math.min(inits.length, invocationCount);
    const share = shareInterval(coldCount, invocationCount);
    if (share === undefined || share.low <= otherShare.high || !passed(configuration, inits.length, invocationCount, share.low)) continue;
    storms.push({
      configuration,
      fromMs,
      toMs,
      coldCount,
      invocationCount,
      share,
      otherColdCount: otherShare.count,
      otherInvocationCount: otherShare.of,
      otherShareHigh: otherShare.high,
      inits,
    });
  }
  return storms;
}

/** The span that deployment tools and alarms commonly use for "right after the deployment". */
const WINDOW_MS = 5 * 60_000;
/** With fewer, an ordinary minute of growing traffic would do. */
const LEAST_COLD_STARTS = 10;

/**
 * A storm passes. A version that goes on starting cold as often as in its first minutes does so by itself: its init breaks,
 * or nothing keeps it warm.
 */
function passed(configuration: ConfigurationSummary, coldCount: number, invocationCount: number, lowestShare: number): boolean {
  const later = configuration.invocationCount - invocationCount;
  return later < LEAST_LATER || waitedForCount(configuration) - coldCount < lowestShare * later;
}

/** Fewer later invocations than this do not tell whether it passed. */
const LEAST_LATER = 10;

interface Beginning {
  readonly configuration: ConfigurationSummary;
  readonly fromMs: number;
  readonly toMs: number;
  readonly inits: readonly InitFact[];
  readonly invocationCount: number;
}

/** Invocations are kept by the minute, so the window is widened to whole minutes for both counts. */
function beginningOf(configuration: ConfigurationSummary): Beginning {
  const firstMinute = Math.floor(configuration.firstMs / 60_000);
  const lastMinute = Math.floor((configuration.firstMs + WINDOW_MS - 1) / 60_000);
  const { minutes } = configuration;
  let invocationCount = 0;
  for (let minute = firstMinute; minute <= lastMinute; minute++) {
    invocationCount += minutes.invocations[minute - minutes.firstMinute] ?? 0;
  }
  const inits = configuration.inits.filter((init) => {
    const minute = Math.floor(init.atMs / 60_000);
    return isWaitedFor(init) && minute >= firstMinute && minute <= lastMinute;
  });
  return { configuration, fromMs: configuration.firstMs, toMs: (lastMinute + 1) * 60_000, inits, invocationCount };
}

function waitedForCount(configuration: ConfigurationSummary): number {
  return configuration.inits.filter(isWaitedFor).length;
}

function total<T>(items: readonly T[], numberOf: (item: T) => number): number {
  return items.reduce((sum, item) => sum + numberOf(item), 0);
}
