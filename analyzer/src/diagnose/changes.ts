/**
 * What became different, and when: the first question of whoever is woken at night. A new version, memory size or
 * runtime, a jump of the traffic; each with its time, so that every finding can name what changed beside it.
 */
import type { AnalyzeSettings } from '../settings.ts';
import { atOnce, type Steps } from '../steps.ts';
import type { ConfigurationSummary, Summary } from '../store/summary.ts';
import { dataGaps } from './data-gaps.ts';
import { configurationsByFunction, minutesOf, sumBetween, UNNAMED_FUNCTION } from './function-configurations.ts';
import type { ChangeSection } from './sections.ts';
import { trafficJumps } from './traffic-jumps.ts';
import { durationWords, timeWords } from './wording.ts';

export function changeSection(summary: Summary, _settings: AnalyzeSettings): ChangeSection[] {
  return atOnce(changeSteps(summary));
}

/** As `changeSection`. */
export function* changeSteps(summary: Summary): Steps<ChangeSection[]> {
  const gaps = dataGaps(summary.eventMinutes);
  const changes: ChangeSection[] = [];
  let count = 0;
  for (const [functionName, configurations] of configurationsByFunction(summary)) {
    if (count++ % FUNCTIONS_A_STEP === 0) yield;
    // Several functions under no name would take turns in looking like changes of one.
    if (functionName === UNNAMED_FUNCTION) continue;
    const versions = newcomers(configurations, (configuration) => configuration.version);
    for (const { value, before, atMs } of versions) {
      if (value === '?') continue;
      changes.push({ functionName, atMs, kind: 'version', what: `version ${value} first seen (before: ${before})`, version: value });
    }
    const sizes = newcomers(configurations, (configuration) => configuration.memorySizeMb);
    for (const { value, before, atMs } of sizes) {
      if (value === 0 || before === 0) continue;
      changes.push({ functionName, atMs, kind: 'memory-size', what: `memory size ${value} MB first seen (before: ${before} MB)` });
    }
    for (const { value, before, atMs } of newRuntimes(configurations)) {
      changes.push({ functionName, atMs, kind: 'runtime-version', what: `runtime ${value} first seen (before: ${before})` });
    }
    for (const jump of trafficJumps(minutesOf(configurations), summary, gaps)) {
      const what = `traffic ${paceWords(jump.perMinuteBefore)} -> ${paceWords(jump.perMinuteAfter)} a minute`;
      changes.push({ functionName, atMs: jump.atMs, kind: 'traffic', what });
    }
  }
  return changes.sort((a, b) => a.atMs - b.atMs || compareText(a.functionName, b.functionName));
}

/**
 * What changed in the half hour before something began to hurt.
 *
 * @returns sentences for `Finding.changedBeside`, nearest change first
 */
export function changedBeside(changes: readonly ChangeSection[], functionName: string, sinceMs: number | undefined): string[] {
  if (sinceMs === undefined) return [];
  return changes
    .filter((change) => change.functionName === functionName && change.atMs >= sinceMs - BESIDE_MS && change.atMs <= sinceMs + SLACK_MS)
    .sort((a, b) => b.atMs - a.atMs)
    .map((change) => {
      const earlierMs = sinceMs - change.atMs;
      return besideWords(change, earlierMs);
    });
}

/** `version 42 first seen (before: 41), 19 min earlier, 01:20 UTC`: short, because it stands on one line of a terminal. */
export function besideWords(change: ChangeSection, earlierMs: number): string {
  const distance = earlierMs < SLACK_MS ? 'at the same time' : `${durationWords(earlierMs)} earlier`;
  return `${change.what}, ${distance}, ${timeWords(change.atMs).slice('2026-11-21 '.length)}`;
}

const FUNCTIONS_A_STEP = 64;
const BESIDE_MS = 30 * 60_000;
/** Changes of traffic are known to the minute. */
const SLACK_MS = 60_000;
/** How improbable it must be that a value was there all along and only did not show. */
const UNSEEN_BY_CHANCE = 0.01;

interface Newcomer<T> {
  readonly value: T;
  readonly before: T;
  readonly atMs: number;
}

/**
 * Values first seen after others. A version that takes 1 % of the calls may show late though it was always there, so
 * it is new only if, at the share it has since, its absence before would have been a matter of chance below 1 %.
 */
function newcomers<T>(configurations: readonly ConfigurationSummary[], pick: (configuration: ConfigurationSummary) => T): Newcomer<T>[] {
  const firstSeen = new Map<T, number>();
  for (const configuration of configurations) {
    if (!Number.isFinite(configuration.firstMs)) continue;
    const value = pick(configuration);
    firstSeen.set(value, Math.min(firstSeen.get(value) ?? Number.POSITIVE_INFINITY, configuration.firstMs));
  }
  const inOrder = [...firstSeen].sort((a, b) => a[1] - b[1]);
  const found: Newcomer<T>[] = [];
  for (let i = 1; i < inOrder.length; i++) {
    const [value, atMs] = inOrder[i]!;
    const others = configurations.filter((configuration) => pick(configuration) !== value);
    const own = configurations.filter((configuration) => pick(configuration) === value);
    const ownCount = own.reduce((sum, configuration) => sum + configuration.invocationCount, 0);
    const othersBefore = countBefore(others, atMs);
    const othersCount = others.reduce((sum, configuration) => sum + configuration.invocationCount, 0);
    const share = ownCount / Math.max(1, ownCount + othersCount - othersBefore);
    if ((1 - share) ** othersBefore <= UNSEEN_BY_CHANCE) found.push({ value, before: inOrder[i - 1]![0], atMs });
  }
  return found;
}

/** Attempts before a moment, to the minute; a configuration that had ended by then counts whole. */
function countBefore(configurations: readonly ConfigurationSummary[], atMs: number): number {
  return configurations.reduce((sum, configuration) => {
    if (configuration.lastMs < atMs) return sum + configuration.invocationCount;
    return sum + sumBetween(configuration.minutes, 'invocations', Number.NEGATIVE_INFINITY, Math.floor(atMs / 60_000) * 60_000);
  }, 0);
}

function newRuntimes(configurations: readonly ConfigurationSummary[]): Newcomer<string>[] {
  const firstSeen = new Map<string, number>();
  for (const configuration of configurations) {
    for (const [runtime, atMs] of configuration.runtimeVersions) {
      firstSeen.set(runtime, Math.min(firstSeen.get(runtime) ?? Number.POSITIVE_INFINITY, atMs));
    }
  }
  const inOrder = [...firstSeen].sort((a, b) => a[1] - b[1]);
  return inOrder.slice(1).map(([value, atMs], i) => ({ value, before: inOrder[i]![0], atMs }));
}

function paceWords(perMinute: number): string {
  return perMinute < 10 ? perMinute.toFixed(1).replace(/\.0$/, '') : Math.round(perMinute).toString();
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
