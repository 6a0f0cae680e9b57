/**
 * What hurts without leaving a line in any log: throttled calls, dropped events, messages in a dead-letter queue, work
 * that grows old in front of a function. Only CloudWatch's metrics tell of them (AWS Lambda developer guide, "Types of
 * metrics for Lambda functions"; Amazon SQS developer guide, "Available CloudWatch metrics for Amazon SQS").
 */
import type { AnalyzeSettings } from '../settings.ts';
import type { Summary } from '../store/summary.ts';
import { changedBeside } from './changes.ts';
import type { Finding } from './finding.ts';
import { hurtPerMinute } from './hurt-rate.ts';
import { highestOf, type MetricSeries, metricPlaces, metricSeries, spanAboveZero, sumOf, WHOLE_ACCOUNT } from './metric-series.ts';
import { explainCommand, lambdaCommand, shellQuoted } from './next-command.ts';
import type { Sections } from './sections.ts';
import { shareInterval } from './share-interval.ts';
import { countWords, durationWords, percentWords, plural } from './wording.ts';

export function metricFindings(summary: Summary, sections: Pick<Sections, 'changes'>, _settings: AnalyzeSettings): Finding[] {
  return [
    ...throttles(summary, sections),
    ...drops(summary, sections, 'AsyncEventsDropped', 'EVENTS DROPPED', 'asynchronous events were given up without a successful run'),
    ...drops(
      summary,
      sections,
      'DeadLetterErrors',
      'DEAD LETTERS LOST',
      'failed events could not be put into the dead-letter queue: they are lost',
    ),
    ...deadLetters(summary, sections),
    ...AGES.flatMap((age) => backlogs(summary, sections, age)),
  ];
}

const LEAVES_NO_LINE = 'the logs hold no line of them';

function throttles(summary: Summary, sections: Pick<Sections, 'changes'>): Finding[] {
  const invocations = byOwner(metricSeries(summary.metrics, 'Invocations', 'Sum'));
  const concurrency = byOwner(metricSeries(summary.metrics, 'ConcurrentExecutions', 'Maximum'));
  return metricSeries(summary.metrics, 'Throttles', 'Sum').flatMap((series) => {
    const span = spanAboveZero(series);
    if (span === undefined) return [];
    const throttled = sumOf(series);
    // A throttled call is no invocation, so the calls are both together.
    const served = sumOf(invocations.get(series.owner));
    const share = served > 0 ? shareInterval(throttled, throttled + served) : undefined;
    const peak = highestOf(concurrency.get(series.owner));
    return [
      {
        ...plainFinding(summary, sections, series.owner, span, ['Throttles']),
        kind: 'throttle',
        headline: 'THROTTLED',
        why: [
          share === undefined
            ? `${plural(throttled, 'call')} turned away`
            : `${countWords(throttled)} of ${plural(share.of, 'call')} turned away (${percentWords(share.share)})`,
          peak === undefined ? undefined : `at most ${countWords(peak)} ran at once`,
          LEAVES_NO_LINE,
        ]
          .filter((part) => part !== undefined)
          .join('; '),
        certainty: 'proven',
        certaintyBecause: 'CloudWatch counts them; direct callers got errors, queues retry',
        affectedCount: throttled,
        exposedCount: share?.of,
        shareLow: share?.low,
        shareHigh: share?.high,
        weight: hurtPerMinute(throttled, span.sinceMs, span.lastMs),
        next: lambdaCommand('get-function-concurrency', series.owner) ?? 'aws lambda get-account-settings',
      } satisfies Finding,
    ];
  });
}

function drops(summary: Summary, sections: Pick<Sections, 'changes'>, name: string, headline: string, what: string): Finding[] {
  return metricSeries(summary.metrics, name, 'Sum').flatMap((series) => {
    const span = spanAboveZero(series);
    if (span === undefined) return [];
    const count = sumOf(series);
    return [
      {
        ...plainFinding(summary, sections, series.owner, span, [name]),
        kind: 'dropped',
        headline,
        why: `${countWords(count)} ${what}; ${LEAVES_NO_LINE}`,
        certainty: 'proven',
        certaintyBecause: `CloudWatch counts them (${name})`,
        affectedCount: count,
        weight: hurtPerMinute(count, span.sinceMs, span.lastMs),
        next: lambdaCommand('get-function-event-invoke-config', series.owner) ?? explainCommand(summary),
      } satisfies Finding,
    ];
  });
}

/**
 * Arrivals in queues that are dead-letter queues by their name. NumberOfMessagesSent misses what SQS itself moved
 * there (its documentation says so), so the rise of the visible messages counts as well.
 */
function deadLetters(summary: Summary, sections: Pick<Sections, 'changes'>): Finding[] {
  const sent = byOwner(metricSeries(summary.metrics, 'NumberOfMessagesSent', 'Sum'));
  const visible = byOwner(metricSeries(summary.metrics, 'ApproximateNumberOfMessagesVisible', 'Maximum'));
  const queues = [...new Set([...sent.keys(), ...visible.keys()])].filter((queue) => DEAD_LETTER_NAME.test(queue));
  return queues.flatMap((queue) => {
    const levels = visible.get(queue);
    const rise = levels === undefined ? 0 : Math.max(0, highestOf(levels)! - levels.points[0]!.value);
    const arrived = Math.max(rise, sumOf(sent.get(queue)));
    const waiting = levels?.points.at(-1)?.value;
    if (arrived === 0 && !(waiting! > 0)) return [];
    const span = arrived === 0 ? undefined : arrivalSpan(sent.get(queue), levels);
    const now = waiting === undefined ? '' : `; ${countWords(waiting)} lay there at the end of the input`;
    return [
      {
        ...plainFinding(summary, sections, queue, span, ['NumberOfMessagesSent', 'ApproximateNumberOfMessagesVisible']),
        kind: 'dropped',
        headline: 'DEAD LETTERS',
        why: `${arrived === 0 ? 'none' : `at least ${plural(arrived, 'message')}`} came into the dead-letter queue ${queue} during the input${now}; ${LEAVES_NO_LINE}`,
        // What already lay there hurts nobody anew.
        harm: arrived > 0 ? 'users' : 'soon',
        certainty: 'shown',
        certaintyBecause: 'CloudWatch counts the messages (approximately); that it is a dead-letter queue is read from its name',
        affectedCount: arrived === 0 ? undefined : arrived,
        weight: arrived === 0 ? 0 : hurtPerMinute(arrived, span?.sinceMs, span?.lastMs),
        next: queueCommand(queue),
      } satisfies Finding,
    ];
  });
}

const DEAD_LETTER_NAME = /dlq|dead-?_?letter/i;

function arrivalSpan(sent: MetricSeries | undefined, levels: MetricSeries | undefined): Span | undefined {
  const sentSpan = sent === undefined ? undefined : spanAboveZero(sent);
  if (sentSpan !== undefined || levels === undefined) return sentSpan;
  const first = levels.points[0]!.value;
  const risen = levels.points.filter((point) => point.value > first);
  return risen.length === 0 ? undefined : { sinceMs: risen[0]!.atMs, lastMs: risen.at(-1)!.atMs + levels.periodMs };
}

interface Age {
  readonly name: string;
  readonly msPerUnit: number;
  readonly what: string;
  /** Where the settings of what waits are read. */
  readonly look: string;
  /** Its owner is a queue of SQS, no function. */
  readonly isQueue: boolean;
}

function queueCommand(queue: string): string {
  return `aws sqs get-queue-url --queue-name ${shellQuoted(queue)}`;
}

/** Units as the AWS documentation gives them; `get-metric-data` does not repeat them. */
const AGES: readonly Age[] = [
  { name: 'AsyncEventAge', msPerUnit: 1, what: 'asynchronous events waited', look: 'get-function-event-invoke-config', isQueue: false },
  { name: 'IteratorAge', msPerUnit: 1, what: 'stream records waited', look: 'list-event-source-mappings', isQueue: false },
  {
    name: 'ApproximateAgeOfOldestMessage',
    msPerUnit: 1000,
    what: 'the oldest message waited',
    look: 'list-event-source-mappings',
    isQueue: true,
  },
];

/** Work that is taken up at once is seconds old; five minutes are beyond any polling or batching window of Lambda. */
const OLD_MS = 5 * 60_000;

function backlogs(summary: Summary, sections: Pick<Sections, 'changes'>, { name, msPerUnit, what, look, isQueue }: Age): Finding[] {
  return metricSeries(summary.metrics, name, 'Maximum').flatMap((series) => {
    // Messages in a dead-letter queue grow old because nobody is meant to take them.
    if (DEAD_LETTER_NAME.test(series.owner)) return [];
    const highestMs = (highestOf(series) ?? 0) * msPerUnit;
    const old = series.points.filter((point) => point.value * msPerUnit >= OLD_MS);
    if (old.length === 0) return [];
    const span = { sinceMs: old[0]!.atMs, lastMs: old.at(-1)!.atMs + series.periodMs };
    const endMs = series.points.at(-1)!.value * msPerUnit;
    return [
      {
        ...plainFinding(summary, sections, series.owner, span, [name]),
        kind: 'dropped',
        headline: 'BACKLOG',
        why: `${what} up to ${durationWords(highestMs)} (${durationWords(endMs)} at the end of the input); what waits longer than its queue allows is dropped, and ${LEAVES_NO_LINE}`,
        harm: 'soon',
        certainty: 'shown',
        certaintyBecause: `CloudWatch measures it (${name}); how long the queue keeps its messages is not in the input`,
        next: (isQueue ? queueCommand(series.owner) : lambdaCommand(look, series.owner)) ?? explainCommand(summary),
      } satisfies Finding,
    ];
  });
}

interface Span {
  readonly sinceMs: number;
  readonly lastMs: number;
}

function plainFinding(
  summary: Summary,
  { changes }: Pick<Sections, 'changes'>,
  owner: string,
  span: Span | undefined,
  metrics: readonly string[],
): Omit<Finding, 'kind' | 'headline' | 'why' | 'certainty' | 'certaintyBecause'> {
  return {
    id: '',
    functionName: owner,
    version: undefined,
    memorySizeMb: undefined,
    harm: 'users',
    affectedCount: undefined,
    exposedCount: undefined,
    shareLow: undefined,
    shareHigh: undefined,
    sinceMs: span?.sinceMs,
    lastMs: span?.lastMs,
    weight: 0,
    changedBeside: owner === WHOLE_ACCOUNT ? [] : changedBeside(changes, owner, span?.sinceMs),
    next: explainCommand(summary),
    evidence: metricPlaces(summary, owner, metrics),
    facts: [],
    gates: ['any'],
  };
}

function byOwner(series: readonly MetricSeries[]): Map<string, MetricSeries> {
  return new Map(series.map((one) => [one.owner, one]));
}
