/** What was read, what was not, and what this input cannot show: the limits of everything said above. */

import { countWords, plural } from '../../diagnose/wording.ts';
import type { Report } from '../report.ts';
import { isUnread } from '../unread.ts';
import { bytesText, numberText } from '../wording/numbers.ts';
import { rangeText } from '../wording/times.ts';
import { answersToShow, notObservableSentences } from './answers-view.ts';
import type { SectionView, ViewSettings } from './section-view.ts';

export function dataQualityView(report: Report, settings: ViewSettings): SectionView {
  const { dataQuality, input } = report;
  const limit = settings.all === true ? Number.POSITIVE_INFINITY : 5;
  const named = <T>(rows: readonly T[], sentence: (row: T) => string, what: string): string[] => [
    ...rows.slice(0, limit).map(sentence),
    ...(rows.length > limit ? [`${countWords(rows.length - limit)} more ${what} with --explain.`] : []),
  ];
  return {
    title: 'Data',
    sentences: [
      `${plural(input.fileCount, 'input')}, ${bytesText(input.inflatedBytes)} unpacked, ${plural(input.eventCount, 'event')}: ${plural(dataQuality.platformLineCount, 'platform line')}, ${plural(dataQuality.applicationLineCount, 'application line')}.`,
      ...(input.askedFromMs === undefined && input.askedToMs === undefined ? [] : [askedSentence(input.askedFromMs, input.askedToMs)]),
      ...(dataQuality.fromMs === undefined || dataQuality.toMs === undefined
        ? ['The lines carry no time.']
        : [`From ${rangeText(dataQuality.fromMs, dataQuality.toMs, settings.timeZone)}.`]),
      ...((input.filteredCount ?? 0) === 0 ? [] : [`${plural(input.filteredCount!, 'event')} left out by --from, --to or --fn.`]),
      ...dataQuality.cannotTell.map((sentence) => `Cannot tell ${sentence}`),
    ],
    table: undefined,
    notes: [
      ...(answersToShow(report).length === 0 ? notObservableSentences(report) : []),
      ...agentSentences(dataQuality.agent, limit),
      ...sourceMapSentences(dataQuality.sourceMaps, limit),
      ...named(
        input.files.filter((file) => file.error !== undefined),
        (file) => `${isUnread(file) ? (file.partial ? 'Read in part' : 'Not read') : 'Not Lambda'}: ${file.path} (${file.error!.code}).`,
        'inputs not read',
      ),
      ...named(dataQuality.gaps, (gap) => `Gap: no event at all from ${rangeText(gap.fromMs, gap.toMs)}.`, 'gaps'),
      ...named(
        dataQuality.skipped.filter((skip) => skip.reason !== 'envelope' && skip.reason !== 'marker'),
        (skip) =>
          `Unread: ${plural(skip.count, 'piece')}, ${bytesText(skip.bytes)}, ${skip.reason} in ${skip.path}${skip.found === undefined ? '' : `: ${skip.found}`}.`,
        'kinds of unread pieces',
      ),
      ...named(
        dataQuality.anomalies,
        (anomaly) => `Odd: ${countWords(anomaly.count)} times ${anomaly.anomaly}${placeText(anomaly.evidence[0])}.`,
        'anomalies',
      ),
      ...named(
        dataQuality.unknownPlatform,
        (unknown) => `Unknown in platform lines: ${unknown.what}, ${countWords(unknown.count)} times${placeText(unknown.evidence)}.`,
        'unknown platform facts',
      ),
      ...named(
        dataQuality.unknownShapes,
        (unknown) => `Lines of no known form: ${countWords(unknown.count)} like "${unknown.shape}"${placeText(unknown.evidence)}.`,
        'forms of lines',
      ),
      ...(dataQuality.droppedRecords === 0 ? [] : [`The platform dropped ${plural(dataQuality.droppedRecords, 'log record')}.`]),
      ...(dataQuality.unfinishedCount === 0
        ? []
        : [`${plural(dataQuality.unfinishedCount, 'invocation')} began and did not end within this input.`]),
      ...(dataQuality.sandboxesMixed ? ['The export does not name log streams, so sandboxes could not be told apart.'] : []),
      ...(dataQuality.retriesComplete ? [] : ['Too many requests to join across sandboxes: counts of retries are lower bounds.']),
    ],
  };
}

function agentSentences(agent: Report['dataQuality']['agent'], limit: number): string[] {
  if (agent === undefined) return [];
  const cost = agent.meanSelfUs === undefined ? '' : `; each invocation's cost its host ${numberText(agent.meanSelfUs)} µs in the mean`;
  const stretches =
    agent.stretchCount === 0
      ? ''
      : `, ${plural(agent.stretchCount, 'line')} that ${agent.stretchCount === 1 ? 'sums' : 'sum'} up a stretch`;
  return [
    `From our agent: ${plural(agent.lineCount, 'line')} of single invocations${stretches}${cost}.`,
    ...(agent.uncountedCount === undefined
      ? []
      : [
          `Lines are sampled: of ${plural(agent.uncountedCount, 'invocation')} after the last summary of a sandbox, calls and messages are not counted.`,
        ]),
    ...(agent.lostLineCount === 0
      ? []
      : [`The agent could not write ${plural(agent.lostLineCount, 'line')}: its counts are lower bounds.`]),
    ...(agent.missingStretchCount === 0
      ? []
      : [
          `${plural(agent.missingStretchCount, 'periodic line')} of the agent ${agent.missingStretchCount === 1 ? 'is' : 'are'} missing from this input.`,
        ]),
    ...agent.notes
      .slice(0, limit)
      .map(
        ({ about, note, count, evidence }) =>
          `The agent says (${NOTE_WORDS[about] ?? about}, ${plural(count, 'time')}): ${note}${placeText(evidence)}`,
      ),
    ...(agent.notes.length > limit ? [`${countWords(agent.notes.length - limit)} more notes of the agent with --explain.`] : []),
  ];
}

function sourceMapSentences(files: Report['dataQuality']['sourceMaps'], limit: number): string[] {
  if (files === undefined) return [];
  const resolved = files.filter(({ kind }) => kind === 'resolved');
  const places = resolved.reduce((sum, { placeCount }) => sum + placeCount, 0);
  const gaps = files.filter(({ kind }) => kind !== 'resolved');
  return [
    `Source maps: ${plural(places, 'place')} of ${plural(resolved.length, 'bundled file')} told in the sources.`,
    ...gaps
      .slice(0, limit)
      .map(({ file, because, placeCount }) => `Source maps: ${plural(placeCount, 'place')} of ${file} left as printed: ${because}.`),
    ...(gaps.length > limit ? [`${countWords(gaps.length - limit)} more files without a fitting map with --explain.`] : []),
  ];
}

const NOTE_WORDS: Readonly<Record<string, string>> = {
  off: 'it stopped measuring',
  setting: 'a setting was not understood',
  lost: 'records did not arrive',
  limit: 'not measured here',
};

function askedSentence(fromMs: number | undefined, toMs: number | undefined): string {
  if (fromMs !== undefined && toMs !== undefined) return `Only events ${rangeText(fromMs, toMs)} were asked for.`;
  return fromMs === undefined
    ? `Only events before ${new Date(toMs!).toISOString()} were asked for.`
    : `Only events from ${new Date(fromMs).toISOString()} on were asked for.`;
}

function placeText(evidence: { readonly path: string; readonly byteOffset: number } | undefined): string {
  return evidence === undefined ? '' : ` (first: ${evidence.path} at byte ${evidence.byteOffset})`;
}
