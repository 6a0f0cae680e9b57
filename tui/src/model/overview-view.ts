/**
 * The report as the overview shows it: functions in the order in which they hurt. All text is safe for a terminal when it leaves here.
 */
import type { Finding, Report } from '@nightlight/analyzer';
import {
  changedText,
  configurationLabel,
  countWords,
  durationText,
  findingMark,
  hurtText,
  percentWords,
  plural,
  printable,
  printableDeep,
  rangeText,
  sinceText,
} from '@nightlight/analyzer/report';
import { byFunction } from './by-function.ts';
import { nextWithoutScreen } from './next-step.ts';

export interface OverviewView {
  /** `logs/ (2 files)` */
  readonly source: string;
  /** `2026-11-21 01:01:36 to 02:14:07 UTC (72 min 31 s)` */
  readonly range: string;
  /** `1,204,331 events, 2 functions, 1 gap`: what is missing from the picture belongs into its head. */
  readonly amount: string;
  /** What hurts most, in one line. */
  readonly headline: string;
  readonly tone: Tone;
  readonly rows: readonly FunctionRow[];
}

export interface FunctionRow {
  readonly name: string;
  /** Hurt requests; `?` where nothing counts them. */
  readonly hurts: string;
  readonly share: string;
  readonly p99: string;
  readonly cold: string;
  /** Mark and word of the worst finding: `! TIMEOUTS`, or `none found`. */
  readonly verdict: string;
  readonly tone: Tone;
}

/** Colour repeats the mark: red only beside `!`, so that red-green blindness loses nothing. */
export type Tone = 'red' | 'yellow' | 'blue' | 'green' | 'plain';

export function overviewView(hostile: Report, sources: readonly string[]): OverviewView {
  let view = views.get(hostile);
  if (view === undefined) {
    view = viewOf(hostile);
    views.set(hostile, view);
  }
  return { ...view, source: `${printableDeep(sources).join(' ')} (${plural(hostile.input.fileCount, 'file')})` };
}

/** A frame asks several times: for its rows, its head, and what is chosen. */
const views = new WeakMap<Report, Omit<OverviewView, 'source'>>();

function viewOf(hostile: Report): Omit<OverviewView, 'source'> {
  // Only what is shown here, because a key may wait: the rest of a large report is many times as much.
  const report = {
    ...hostile,
    findings: printablyNamed(hostile.findings),
    functions: printablyNamed(hostile.functions),
    coldStarts: printablyNamed(hostile.coldStarts),
    latency: printablyNamed(hostile.latency),
  };
  const rows = functionRows(report);
  const worst = printableDeep(hostile.findings[0]);
  return {
    range:
      report.input.fromMs === undefined || report.input.toMs === undefined
        ? 'times unknown'
        : rangeText(report.input.fromMs, report.input.toMs),
    amount: amountText(report),
    headline: worst === undefined ? quietHeadline(report) : `${titleOf(worst)}${worst.harm === 'money' ? '  (costs money only)' : ''}`,
    tone: worst === undefined ? (report.functions.length === 0 ? 'blue' : 'green') : toneOf(findingMark(worst)),
    rows,
  };
}

function printablyNamed<Section extends { readonly functionName: string }>(sections: readonly Section[]): readonly Section[] {
  return sections.map((section) => {
    const functionName = printable(section.functionName);
    return functionName === section.functionName ? section : { ...section, functionName };
  });
}

/** One line a finding, for pipes and screen readers. */
export function plainLines(hostile: Report): string[] {
  const report = printableDeep(hostile);
  if (report.findings.length === 0) return [quietHeadline(report)];
  return report.findings.map(
    (finding) =>
      `${titleOf(finding)}: ${finding.why} | hurts ${hurtText(finding)} | since ${sinceText(finding)}; ${changedText(finding, report.changes)} | next: ${nextWithoutScreen(finding, report)}`,
  );
}

const NOT_ENOUGH_FOR_P99 = 'n<368';
/** Findings of the whole input, such as a gap, belong to no function. */
const WHOLE_INPUT = '(whole input)';

function functionRows(report: Report): FunctionRow[] {
  const named = new Set(report.functions.map(({ functionName }) => functionName));
  const unseen = new Set(report.findings.map(({ functionName }) => functionName).filter((name) => !named.has(name)));
  const names = [...named, ...unseen];
  const rank = new Map(names.map((name) => [name, report.findings.length]));
  for (let at = report.findings.length - 1; at >= 0; at--) rank.set(report.findings[at]!.functionName, at);
  const findings = byFunction(report.findings);
  const functions = byFunction(report.functions);
  const coldStarts = byFunction(report.coldStarts);
  const latency = byFunction(report.latency);
  const failed = new Map(report.functions.map((section) => [section.functionName, section.failed?.count ?? 0]));
  return names
    .sort((a, b) => rank.get(a)! - rank.get(b)! || (failed.get(b) ?? 0) - (failed.get(a) ?? 0) || (a < b ? -1 : 1))
    .map((name) => {
      const own = { findings: findings(name), functions: functions(name), coldStarts: coldStarts(name), latency: latency(name) };
      return functionRow(own, name);
    });
}

type OwnChapters = Pick<Report, 'findings' | 'functions' | 'coldStarts' | 'latency'>;

/** @param report  only what is told of the function, with printable names */
function functionRow(report: OwnChapters, name: string): FunctionRow {
  const { findings } = report;
  const worst = findings[0];
  const [section] = report.functions;
  // Of a thousand rows a screen shows twenty: what is only shown is put into words when it is.
  return {
    name: name === '' ? WHOLE_INPUT : name,
    get hurts() {
      const hurt = hurtOf(section?.failed, findings);
      return hurt === undefined ? '?' : countWords(hurt.count);
    },
    get share() {
      const hurt = hurtOf(section?.failed, findings);
      return hurt === undefined || hurt.of === undefined ? '?' : percentWords(hurt.count / hurt.of);
    },
    get p99() {
      return p99Text(report);
    },
    get cold() {
      return coldText(report);
    },
    verdict: worst === undefined ? 'none found' : `${findingMark(worst)} ${printable(worst.headline)}`,
    tone: worst === undefined ? 'plain' : toneOf(findingMark(worst)),
  };
}

/** Two findings may speak of the same requests, so they are not added: the one that names most of them counts. */
function hurtOf(
  failed: { readonly count: number; readonly of: number } | undefined,
  findings: readonly Finding[],
): { readonly count: number; readonly of: number | undefined } | undefined {
  const told = findings.flatMap((finding) =>
    finding.harm === 'users' && finding.affectedCount !== undefined ? [{ count: finding.affectedCount, of: finding.exposedCount }] : [],
  );
  return [...(failed === undefined ? [] : [failed]), ...told].reduce<ReturnType<typeof hurtOf>>(
    (most, candidate) => (most === undefined || candidate.count > most.count ? candidate : most),
    undefined,
  );
}

/** The slowest of its configurations: one bad version must not hide behind a good one. */
function p99Text(report: OwnChapters): string {
  const values = [...report.coldStarts.map(({ p99Ms }) => p99Ms), ...report.latency.map(({ warm }) => warm.p99Ms?.value)].filter(
    (value) => value !== undefined,
  );
  return values.length === 0 ? NOT_ENOUGH_FOR_P99 : durationText(Math.max(...values));
}

function coldText(report: OwnChapters): string {
  const sections = report.coldStarts.flatMap(({ cold }) => cold ?? []);
  const of = sections.reduce((sum, cold) => sum + cold.of, 0);
  return of === 0 ? '?' : percentWords(sections.reduce((sum, cold) => sum + cold.count, 0) / of);
}

function titleOf(finding: Finding): string {
  return `${finding.id} ${findingMark(finding)} ${finding.headline}  ${configurationLabel(finding)}`.trimEnd();
}

function quietHeadline(report: Report): string {
  const invocations = report.functions.reduce((sum, section) => sum + section.invocationCount, 0);
  if (report.input.eventCount === 0) return '? NOTHING TO JUDGE  no event so far';
  if (invocations === 0) return `? NOTHING TO JUDGE  no Lambda invocation in ${plural(report.input.eventCount, 'event')}`;
  return `ok NOTHING FOUND THAT HURTS  ${plural(invocations, 'invocation')} of ${plural(report.functions.length, 'function')}`;
}

function amountText(report: Report): string {
  const { input, dataQuality } = report;
  return [
    plural(input.eventCount, 'event'),
    plural(report.functions.length, 'function'),
    dataQuality.gaps.length === 0 ? 'no gap' : plural(dataQuality.gaps.length, 'gap'),
    ...(input.failedFileCount === 0 ? [] : [`${input.failedFileCount} of ${plural(input.fileCount, 'input')} NOT READ`]),
    ...(dataQuality.droppedRecords === 0 ? [] : [`${countWords(dataQuality.droppedRecords)} dropped by the platform`]),
  ].join(', ');
}

function toneOf(mark: string): Tone {
  return TONES[mark] ?? 'plain';
}

const TONES: Readonly<Record<string, Tone>> = { '!': 'red', '~': 'yellow', $: 'yellow', '?': 'blue', ok: 'green' };
