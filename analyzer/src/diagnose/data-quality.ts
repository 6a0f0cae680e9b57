/**
 * How good our view is: what time it covers, what is missing from it, what could not be read, and which questions this
 * input cannot answer whatever one does with it.
 */
import type { AnalyzeSettings } from '../settings.ts';
import type { AgentTally } from '../store/agent-tally.ts';
import type { FileSummary, Summary } from '../store/summary.ts';
import { whatCannotBeTold } from './cannot-tell.ts';
import { dataGaps } from './data-gaps.ts';
import { type EvidenceReference, evidenceReference } from './evidence-reference.ts';
import type { Finding } from './finding.ts';
import { finite } from './finite.ts';
import { linesAtEdges } from './known-lines.ts';
import { type MissingInvocations, missingInvocations } from './logs-against-metrics.ts';
import { metricPlaces } from './metric-series.ts';
import { explainCommand, filterLogsCommand } from './next-command.ts';
import type { DataQualitySection, Sections } from './sections.ts';
import { countWords, durationWords, percentWords, plural, timeWords } from './wording.ts';

export function dataQualitySection(summary: Summary, _settings: AnalyzeSettings): DataQualitySection {
  return {
    fromMs: finite(summary.firstMs),
    toMs: finite(summary.lastMs),
    eventCount: summary.eventCount,
    platformLineCount: summary.platformLineCount,
    applicationLineCount: summary.applicationLineCount,
    gaps: dataGaps(summary.eventMinutes),
    unknownShapes: [...summary.unknownShapes]
      .map(([shape, { count, evidence }]) => ({ shape, count, evidence: evidenceReference(summary, evidence) }))
      .sort(mostFirst),
    unknownPlatform: [...summary.unknownPlatform]
      .map(([what, { count, evidence }]) => ({ what, count, evidence: evidenceReference(summary, evidence) }))
      .sort(mostFirst),
    anomalies: [...summary.anomalies]
      .filter(([, { count }]) => count > 0)
      .map(([anomaly, { count, evidence }]) => ({ anomaly, count, evidence: evidence.map((one) => evidenceReference(summary, one)) }))
      .sort(mostFirst),
    skipped: summary.files.flatMap(skippedOf),
    droppedRecords: summary.droppedRecords,
    unfinishedCount: [...summary.configurations.values()].reduce((sum, configuration) => sum + configuration.statusCounts.unfinished, 0),
    sandboxesMixed: summary.sandboxes.some((sandbox) => !sandbox.isolated),
    retriesComplete: [...summary.retries.values()].every((retries) => retries.complete),
    ...agentOf(summary),
    ...(summary.sourceMaps !== undefined && {
      sourceMaps: [...summary.sourceMaps.values()]
        .map(({ file, kind, because, places }) => ({ file, kind, because, placeCount: places.size }))
        .sort((a, b) => b.placeCount - a.placeCount || (a.file < b.file ? -1 : 1)),
    }),
    cannotTell: whatCannotBeTold(summary),
  };
}

function agentOf(summary: Summary): Pick<DataQualitySection, 'agent'> {
  const tallies = [...summary.configurations.values()].flatMap(({ agent }) => agent ?? []);
  if (tallies.length === 0 && summary.notes.size === 0) return {};
  const sum = (numberOf: (tally: AgentTally) => number): number => tallies.reduce((total, tally) => total + numberOf(tally), 0);
  const selfCount = sum((tally) => tally.selfCount);
  return {
    agent: {
      lineCount: sum((tally) => tally.lineCount),
      stretchCount: sum((tally) => tally.stretchCount),
      lostLineCount: sum((tally) => tally.counters.lostLineCount),
      missingStretchCount: sum((tally) => tally.missingStretchCount),
      ...uncountedOf(summary),
      meanSelfUs: selfCount === 0 ? undefined : sum((tally) => tally.selfUs) / selfCount,
      notes: [...summary.notes].map(([key, { count, evidence }]) => {
        const [about, note] = key.split('\u0000');
        return { about: about!, note: note ?? '', count, evidence: evidenceReference(summary, evidence[0]!) };
      }),
    },
  };
}

/** Where lines are sampled, summaries count what they leave out; nobody counts what came after the last one of a sandbox. */
function uncountedOf(summary: Summary): { uncountedCount?: number } {
  let uncountedCount = 0;
  for (const { agent, invocationCount } of summary.configurations.values()) {
    if (agent !== undefined && agent.sampleEvery > 1) uncountedCount += Math.max(0, invocationCount - agent.counters.coveredCount);
  }
  return uncountedCount === 0 ? {} : { uncountedCount };
}

export function dataQualityFindings(summary: Summary, sections: Pick<Sections, 'dataQuality'>, _settings: AnalyzeSettings): Finding[] {
  const { dataQuality } = sections;
  const wholeInput = [gapFinding(summary, dataQuality), unreadFinding(summary, dataQuality), droppedFinding(summary, dataQuality)];
  return [
    ...wholeInput.filter((finding) => finding !== undefined),
    ...summary.files.flatMap((file) => incompleteFinding(summary, file)),
    ...missingInvocations(summary).map((missing) => missingFinding(summary, missing)),
  ];
}

/** `Finding.functionName` of what concerns the whole input. */
const WHOLE_INPUT = '(whole input)';

function gapFinding(summary: Summary, { gaps, fromMs, toMs }: DataQualitySection): Finding | undefined {
  const [first] = gaps;
  if (first === undefined || fromMs === undefined || toMs === undefined) return undefined;
  const silentMs = gaps.reduce((sum, gap) => sum + gap.toMs - gap.fromMs, 0);
  const share = silentMs / Math.max(silentMs, toMs - fromMs);
  const longest = gaps.reduce((long, gap) => (gap.toMs - gap.fromMs > long.toMs - long.fromMs ? gap : long));
  const one = gaps.length === 1;
  return {
    ...dataFinding(summary),
    kind: 'data-gap',
    headline: 'GAP IN THE DATA',
    why: `no event of any kind from ${timeWords(longest.fromMs)} for ${durationWords(longest.toMs - longest.fromMs)}${one ? '' : ` and in ${plural(gaps.length - 1, 'more stretch', 'more stretches')}`}, amid steady traffic: ${percentWords(share)} of the input's time is missing`,
    certainty: 'suspected',
    certaintyBecause: 'cut off at busy edges and no habit of this input; an outage of everything looks the same',
    sinceMs: first.fromMs,
    lastMs: gaps.at(-1)!.toMs,
    evidence: linesAtEdges(summary, longest.fromMs, longest.toMs),
    facts: gaps.slice(0, 20).map((gap) => ({ name: `from ${timeWords(gap.fromMs)}`, value: durationWords(gap.toMs - gap.fromMs) })),
    gates: ['gap'],
  };
}

/** Inputs that broke, and bytes inside of them that should have been events. */
function unreadFinding(summary: Summary, { skipped }: DataQualitySection): Finding | undefined {
  const failed = summary.files.filter((file) => file.error !== undefined);
  const unreadBytes = skipped.reduce((sum, skip) => sum + skip.bytes, 0);
  if (failed.length === 0 && unreadBytes === 0) return undefined;
  const inflatedBytes = summary.files.reduce((sum, file) => sum + file.inflatedBytes, 0);
  const parts = [
    failed.length === 0 ? undefined : `${plural(failed.length, 'input')} of ${countWords(summary.files.length)} not read to the end`,
    unreadBytes === 0
      ? undefined
      : `${plural(unreadBytes, 'byte')} (${percentWords(unreadBytes / Math.max(unreadBytes, inflatedBytes))}) passed over: ${skipped.slice(0, 3).map(skipWords).join(', ')}`,
  ].filter((part) => part !== undefined);
  return {
    ...dataFinding(summary),
    kind: 'data-gap',
    headline: 'NOT ALL READ',
    why: parts.join('; '),
    certainty: 'proven',
    certaintyBecause: 'every byte of the input is counted as read or passed over',
    evidence: unreadPlaces(summary).slice(0, MOST_EVIDENCE),
    facts: [
      ...failed.slice(0, 10).map((file) => ({ name: file.path, value: withNext(file.error!) })),
      ...skipped.slice(0, 10).map((skip) => ({ name: skip.path, value: skipWords(skip) })),
    ],
    gates: ['gap'],
  };
}

/**
 * A query or metric answer that says itself that it is not whole: taken while it ran, cut at a limit, or one page of
 * several. The reader read every byte of it, so nothing else would tell.
 */
function incompleteFinding(summary: Summary, file: FileSummary): Finding[] {
  const found = file.skipped.get('marker')?.found;
  if (found === undefined || !TELLS_ITS_STATUS.test(file.shape ?? '')) return [];
  return [
    {
      ...dataFinding(summary),
      kind: 'data-gap',
      headline: 'INPUT INCOMPLETE',
      why: `${file.path} is not the whole answer: ${found}`,
      certainty: 'proven',
      certaintyBecause: 'the answer says so itself; ask again when it is complete, or for a shorter time',
      evidence: [{ path: file.path, byteOffset: file.skipped.get('marker')!.firstPlace, at: undefined }],
      facts: [{ name: file.path, value: found }],
      gates: ['gap'],
    },
  ];
}

/** Other shapes' markers (a control message, the check file of an export task) leave nothing out. */
const TELLS_ITS_STATUS = /^(insights|metric)-/;

function droppedFinding(summary: Summary, { droppedRecords }: DataQualitySection): Finding | undefined {
  if (droppedRecords === 0) return undefined;
  return {
    ...dataFinding(summary),
    kind: 'dropped',
    headline: 'LOG RECORDS DROPPED',
    why: `the platform dropped ${plural(droppedRecords, 'log record')} before they were written: what they said is in no export`,
    certainty: 'proven',
    certaintyBecause: 'the platform says so itself (platform.logsDropped)',
    evidence: evidenceOf(summary, 'logs-dropped'),
    gates: ['gap'],
  };
}

function missingFinding(summary: Summary, { functionName, fromMs, toMs, counted, logged }: MissingInvocations): Finding {
  return {
    ...dataFinding(summary),
    kind: 'data-gap',
    headline: 'LOGS INCOMPLETE',
    functionName,
    why: `CloudWatch counted ${plural(counted, 'invocation')} from ${timeWords(fromMs)} to ${timeWords(toMs)}, the logs hold ${countWords(logged)} of them (${percentWords(logged / counted)})`,
    certainty: 'shown',
    certaintyBecause: 'both were counted over the same minutes; a filtered export, a log level or lost chunks would do this',
    sinceMs: fromMs,
    lastMs: toMs,
    evidence: metricPlaces(summary, functionName, ['Invocations'], fromMs, toMs),
    next: filterLogsCommand(functionName, '?START ?REPORT', fromMs) ?? explainCommand(summary),
    gates: ['gap'],
  };
}

function dataFinding(summary: Summary): Omit<Finding, 'kind' | 'headline' | 'why' | 'certainty' | 'certaintyBecause'> {
  return {
    id: '',
    functionName: WHOLE_INPUT,
    version: undefined,
    memorySizeMb: undefined,
    harm: 'data',
    affectedCount: undefined,
    exposedCount: undefined,
    shareLow: undefined,
    shareHigh: undefined,
    sinceMs: undefined,
    lastMs: undefined,
    weight: 0,
    changedBeside: [],
    next: explainCommand(summary),
    evidence: [],
    facts: [],
    gates: [],
  };
}

/** Where reading stopped, and the first bytes passed over of each kind. */
function unreadPlaces({ files }: Summary): EvidenceReference[] {
  return files.flatMap((file) => {
    const passedOver = [...file.skipped].filter(([reason, { bytes }]) => reason !== 'envelope' && reason !== 'marker' && bytes > 0);
    const places = passedOver.map(([, { firstPlace }]) => firstPlace);
    if (file.error !== undefined) places.push(file.inflatedBytes);
    return places.map((byteOffset) => ({ path: file.path, byteOffset, at: undefined }));
  });
}

const MOST_EVIDENCE = 8;

function evidenceOf(summary: Summary, anomaly: 'logs-dropped'): EvidenceReference[] {
  return summary.anomalies.get(anomaly)?.evidence.map((one) => evidenceReference(summary, one)) ?? [];
}

/** Envelopes and markers are no loss and are not shown. */
function skippedOf(file: FileSummary): DataQualitySection['skipped'][number][] {
  return [...file.skipped]
    .filter(([reason, { bytes }]) => reason !== 'envelope' && reason !== 'marker' && bytes > 0)
    .map(([reason, { count, bytes, found }]) => ({ path: file.path, reason, count, bytes, found }));
}

/** Some messages end with their next step already. */
function withNext({ message, next }: NonNullable<FileSummary['error']>): string {
  return message.includes(next) ? message : `${message} ${next}`;
}

function skipWords(skip: DataQualitySection['skipped'][number]): string {
  const found = skip.found === undefined ? '' : ` (${skip.found})`;
  return `${skip.reason.replaceAll('-', ' ')}${found} ${plural(skip.count, 'time')} in ${skip.path}`;
}

function mostFirst(a: { readonly count: number }, b: { readonly count: number }): number {
  return b.count - a.count;
}
