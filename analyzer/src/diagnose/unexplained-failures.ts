/**
 * Attempts that a platform line calls failed while no error line tells why: cut exports, log level filters, crashes
 * without a word. Without them the named groups would belittle how much is failing.
 */
import { ERROR_ANSWER } from '../assemble/index.ts';
import type { ConfigurationSummary, Status, Summary } from '../store/summary.ts';
import { type Exposure, exposedTo } from './exposure.ts';
import { configurationsByFunction, FAILED_STATUSES, minutesOf } from './function-configurations.ts';
import type { FailureSection } from './sections.ts';
import { NOTHING_EXPOSED, shareInterval } from './share-interval.ts';

/** `FailureSection.type` of such attempts. */
export const UNEXPLAINED = '(no error line)';

/** Nothing was thrown, or no line tells what: such a failure says no more than that it is one. */
export const isWordless = ({ type }: Pick<FailureSection, 'type'>): boolean => type === ERROR_ANSWER || type === UNEXPLAINED;

export function unexplainedFailures(summary: Summary, exposures: ReadonlyMap<string, Exposure>): FailureSection[] {
  const explained = new Map<string, number>();
  for (const failure of summary.failures.values()) {
    const key = `${failure.functionName}\u0000${failure.status}`;
    explained.set(key, (explained.get(key) ?? 0) + failure.count);
  }
  const rests: FailureSection[] = [];
  for (const [functionName, configurations] of configurationsByFunction(summary)) {
    for (const status of FAILED_STATUSES) {
      const failing = configurations.filter((configuration) => configuration.statusCounts[status] > 0);
      const counted = failing.reduce((sum, configuration) => sum + configuration.statusCounts[status], 0);
      const rest = counted - (explained.get(`${functionName}\u0000${status}`) ?? 0);
      if (rest <= 0) continue;
      const versions = [...new Set(failing.map((configuration) => configuration.version))];
      const rate = shareInterval(rest, exposedTo(exposures.get(functionName), versions, rest)) ?? NOTHING_EXPOSED;
      rests.push({ ...restSection(functionName, status, rate), ...failedFrom(configurations, rest) });
    }
  }
  return rests;
}

/** Counted requests have no line, but their minutes are known; told only where nothing else failed in them. */
function failedFrom(configurations: readonly ConfigurationSummary[], rest: number): Pick<FailureSection, 'firstMs' | 'lastMs'> {
  const { firstMinute, length, failed } = minutesOf(configurations);
  const minutes = Array.from(failed.subarray(0, length), (count, at) => (count > 0 ? firstMinute + at : -1)).filter((at) => at >= 0);
  const all = failed.subarray(0, length).reduce((sum, count) => sum + count, 0);
  if (all !== rest || minutes.length === 0) return { firstMs: undefined, lastMs: undefined };
  const [first, last] = [minutes[0]! * 60_000, minutes.at(-1)! * 60_000];
  return { firstMs: first, lastMs: last > first ? last : undefined };
}

function restSection(functionName: string, status: Status, rate: FailureSection['rate']): FailureSection {
  return {
    functionName,
    status,
    type: UNEXPLAINED,
    code: undefined,
    maskedMessage: '',
    sampleMessage: '',
    stack: [],
    causes: [],
    rate,
    loggedOnlyCount: 0,
    firstMs: undefined,
    lastMs: undefined,
    perMinute: [],
    versions: [],
    sandboxCount: 0,
    coldCount: 0,
    evidence: [],
  };
}
