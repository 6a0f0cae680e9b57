/**
 * The first ten lines: what hurts, since when, what changed, how many requests, how sure, what to do next.
 *
 * Whoever reads only these must be able to act, and must not be misled; so they also say when nothing could be read
 * or judged, and never call a thing healthy that nobody looked at.
 */
import type { Finding } from '../../diagnose/finding.ts';
import { countWords, percentWords, plural, timeWords } from '../../diagnose/wording.ts';
import type { Report } from '../report.ts';
import { isUnread } from '../unread.ts';
import { minuteRangeText } from '../wording/times.ts';
import { configurationLabel } from './configuration-label.ts';
import { changedText, findingMark, hurtText, sinceText, sureText } from './finding-view.ts';
import type { ViewSettings } from './section-view.ts';

export interface AnswerView {
  readonly mark: string;
  /** The verdict in capitals, then whom it concerns. */
  readonly headline: string;
  readonly subject: string;
  readonly lines: readonly { readonly label: AnswerLabel; readonly text: string }[];
}

type AnswerLabel = 'WHY' | 'SINCE' | 'CHANGED' | 'HURTS' | 'SURE' | 'NEXT' | 'ALSO' | 'READ' | 'RECOVERY';

export function answerView(report: Report, settings: ViewSettings): AnswerView {
  const worst = report.findings.find((finding) => finding.harm === 'users' || finding.harm === 'soon') ?? undefined;
  // Metrics alone can prove a throttle: they are no events, and still say what hurts.
  if (report.input.eventCount === 0 && worst === undefined) return everythingLeftOut(report) ?? onlyMetrics(report) ?? nothingRead(report);
  if (invocationsOf(report) === 0 && worst === undefined) return nothingToJudge(report);
  return worst === undefined ? nothingHurts(report) : somethingHurts(report, worst, settings);
}

function somethingHurts(report: Report, worst: Finding, settings: ViewSettings): AnswerView {
  const others = report.findings.filter((finding) => finding !== worst);
  return {
    mark: findingMark(worst),
    headline: worst.headline,
    subject: configurationLabel(worst),
    lines: [
      { label: 'WHY', text: worst.why },
      { label: 'SINCE', text: sinceText(worst, settings.timeZone) },
      { label: 'CHANGED', text: changedText(worst, report.changes) },
      { label: 'HURTS', text: hurtText(worst) },
      { label: 'SURE', text: sureText(worst) },
      ...recoveryLines(worst),
      { label: 'NEXT', text: worst.next },
      // Ten lines hold no empty one where a nightmare has to be told.
      ...(others.length === 0 && recoveryLines(worst).length > 0 ? [] : [{ label: 'ALSO' as const, text: alsoText(others) }]),
      { label: 'READ', text: readText(report) },
    ],
  };
}

/** Only where it should change what one does: somebody else has to be woken now, not in an hour. */
function recoveryLines({ recovery }: Finding): { label: AnswerLabel; text: string }[] {
  return recovery?.startsWith('nightmare') === true ? [{ label: 'RECOVERY', text: recovery }] : [];
}

function nothingHurts(report: Report): AnswerView {
  const invocations = invocationsOf(report);
  const failed = report.functions.reduce((sum, section) => sum + (section.failed?.count ?? 0), 0);
  const undecided = report.dataQuality.cannotTell.length;
  return {
    mark: 'ok',
    headline: 'NOTHING FOUND THAT HURTS',
    subject: plural(report.functions.length, 'function'),
    lines: [
      {
        label: 'WHY',
        text:
          failed === 0
            ? `0 of ${countWords(invocations)} invocations failed; with 95 % certainty fewer than ${percentWords(highestShareWithoutFailure(invocations))} do.`
            : `${countWords(failed)} of ${countWords(invocations)} invocations failed (${percentWords(failed / invocations)}); no pattern in them was found.`,
      },
      { label: 'CHANGED', text: latestChanges(report) ?? 'nothing seen (version, memory size, runtime, traffic)' },
      {
        label: 'SURE',
        text:
          undecided === 0
            ? 'all verdicts had the samples they need'
            : `not of everything${undecided > 1 ? ` (${undecided - 1} more below)` : ''}: cannot tell ${report.dataQuality.cannotTell[0]}`,
      },
      { label: 'NEXT', text: report.findings[0]?.next ?? 'nightlight help verdicts' },
      { label: 'ALSO', text: alsoText(report.findings) },
      { label: 'READ', text: readText(report) },
    ],
  };
}

/** What changed last, and all that changed with it: a new version often brings a new memory size and a rush. */
function latestChanges({ changes }: Report): string | undefined {
  const last = changes.at(-1);
  if (last === undefined) return undefined;
  const together = changes.filter((change) => change.functionName === last.functionName && last.atMs - change.atMs < 60_000);
  return `${last.functionName} ${timeWords(last.atMs)}: ${together.map((change) => change.what).join('; ')}`;
}

function onlyMetrics(report: Report): AnswerView | undefined {
  if (report.metrics.length === 0) return undefined;
  return {
    mark: '?',
    headline: 'ONLY METRICS',
    subject: `${plural(report.metrics.length, 'series', 'series')}, no log line`,
    lines: [
      { label: 'WHY', text: 'The metrics show no throttled, dropped or waiting request. What failed and why stands in the logs.' },
      { label: 'SURE', text: 'cannot tell anything of single requests, because the input holds no log line' },
      { label: 'NEXT', text: 'nightlight help formats' },
      { label: 'ALSO', text: alsoText(report.findings) },
      { label: 'READ', text: readText(report) },
    ],
  };
}

function nothingToJudge(report: Report): AnswerView {
  return {
    mark: '?',
    headline: 'NOTHING TO JUDGE',
    subject: `no Lambda invocation in ${plural(report.input.eventCount, 'event')}`,
    lines: [
      {
        label: 'WHY',
        text:
          otherLog(report) ??
          (report.dataQuality.platformLineCount === 0
            ? 'No START, END or REPORT line was found, so neither requests nor failures can be counted.'
            : `${plural(report.dataQuality.platformLineCount, 'platform line')}, but none that begins or ends an invocation.`),
      },
      { label: 'SURE', text: `cannot tell ${report.dataQuality.cannotTell[0] ?? 'anything about functions from this input'}` },
      { label: 'NEXT', text: 'nightlight help formats' },
      { label: 'ALSO', text: alsoText(report.findings) },
      { label: 'READ', text: readText(report) },
    ],
  };
}

/** What the reader said of a log that does not come from Lambda: it often knows what it is instead. */
function otherLog(report: Report): string | undefined {
  return report.input.files.find((file) => file.error?.code === 'READ_NOT_LAMBDA')?.error?.message;
}

function everythingLeftOut(report: Report): AnswerView | undefined {
  const { filteredCount, files } = report.input;
  if (filteredCount === undefined || filteredCount === 0 || files.some(isUnread)) return undefined;
  return {
    mark: '?',
    headline: 'NOTHING LEFT TO LOOK AT',
    subject: plural(report.input.fileCount, 'input'),
    lines: [
      {
        label: 'WHY',
        text: `All ${plural(filteredCount, 'event')} lie outside of what --from, --to or --fn asked for${askedText(report)}.`,
      },
      { label: 'SURE', text: 'cannot tell anything about the rest of the input' },
      { label: 'NEXT', text: 'nightlight help time' },
    ],
  };
}

/** A window without `--from` or `--to` ends now, and an export of last night lies before it: the hours give that away. */
function askedText({ input }: Report): string {
  const { askedFromMs, askedToMs } = input;
  if (askedFromMs === undefined && askedToMs === undefined) return '';
  if (askedFromMs !== undefined && askedToMs !== undefined) return `: ${minuteRangeText(askedFromMs, askedToMs)}`;
  return askedFromMs === undefined ? `: before ${timeWords(askedToMs!)}` : `: from ${timeWords(askedFromMs)} on`;
}

function nothingRead(report: Report): AnswerView {
  const failed = report.input.files.find((file) => file.error !== undefined);
  const incomplete = report.findings.find((finding) => finding.harm === 'data');
  return {
    mark: '?',
    headline: 'NOTHING COULD BE READ',
    subject: plural(report.input.fileCount, 'input'),
    lines: [
      { label: 'WHY', text: failed?.error?.message ?? incomplete?.why ?? 'No input held a single log event.' },
      { label: 'SURE', text: 'cannot tell anything, because there is nothing to look at' },
      { label: 'NEXT', text: failed?.error?.next ?? 'nightlight help formats' },
    ],
  };
}

function alsoText(others: readonly Finding[]): string {
  if (others.length === 0) return 'no other finding';
  const named = others.slice(0, 3).map((finding) => `${finding.id} ${finding.headline} ${finding.functionName}`);
  // The count stands in front, because a narrow terminal cuts the end.
  return others.length > 3 ? `${others.length} more: ${named.join('; ')} …` : named.join('; ');
}

/** `1,204,331 events, 2026-11-21 01:01 to 02:14 UTC; 1 gap, 14 pieces unread`: short, so that the troubles are not cut. */
function readText(report: Report): string {
  const { input, dataQuality } = report;
  const range = input.fromMs === undefined || input.toMs === undefined ? 'times unknown' : minuteRangeText(input.fromMs, input.toMs);
  const unread = dataQuality.skipped.reduce(
    (sum, skip) => sum + (skip.reason === 'envelope' || skip.reason === 'marker' ? 0 : skip.count),
    0,
  );
  const troubles = [
    dataQuality.gaps.length > 0 ? plural(dataQuality.gaps.length, 'gap') : '',
    unread > 0 ? `${plural(unread, 'piece')} unread` : '',
    dataQuality.droppedRecords > 0 ? `${countWords(dataQuality.droppedRecords)} dropped by the platform` : '',
  ].filter((trouble) => trouble !== '');
  const unreadCount = input.files.filter(isUnread).length;
  const read =
    input.eventCount === 0
      ? `no log event, ${plural(report.metrics.length, 'series', 'series')} of metrics`
      : `${plural(input.eventCount, 'event')}, ${range}`;
  if (unreadCount === 0) {
    // Of what carries no time, nobody can say that nothing is missing.
    const whole = input.fromMs === undefined ? 'gaps cannot be told' : 'no gap';
    return `${read}; ${troubles.length === 0 ? whole : troubles.join(', ')}`;
  }
  // With so much to say the line may be cut: what is missing stands first.
  return [
    `${unreadCount} of ${plural(input.fileCount, 'input')} NOT READ`,
    ...(troubles.length === 0 ? [] : [troubles.join(', ')]),
    read,
  ].join('; ');
}

function invocationsOf(report: Report): number {
  return report.functions.reduce((sum, section) => sum + section.invocationCount, 0);
}

/** Clopper-Pearson's upper bound for 0 of n at two-sided 95 %: C. J. Clopper, E. S. Pearson (1934), Biometrika 26. */
function highestShareWithoutFailure(seen: number): number {
  return 1 - 0.025 ** (1 / seen);
}
