/**
 * The failures of a report, each with all that other chapters say of it: verdict, suspects, how hard its cause is to find,
 * what retries made of it. Put together once for a report, however often it is drawn, and safe for a terminal.
 */
import type { Report } from '@nightlight/analyzer';
import { countWords, failureName, findingMark, plural, printableDeep } from '@nightlight/analyzer/report';
import type { Tone } from './overview-view.ts';

export type Failure = Report['failures'][number];
type FunctionSection = Report['functions'][number];

export interface FailureGroup {
  /** Fingerprint and function: the same while the order changes. */
  readonly id: string;
  /** `TimeoutError: pricing > # ms` */
  readonly name: string;
  /** As the picture's courses name it. */
  readonly courseName: string;
  readonly failure: Failure;
  readonly verdict: { readonly text: string; readonly tone: Tone };
  readonly outcome: RetryOutcome;
  readonly suspects: NonNullable<Report['suspects']>[number] | undefined;
  readonly difficulty: NonNullable<Report['difficulty']>[number] | undefined;
  /** Whether one sandbox, an age or an hour explains when the failures of its function come. */
  readonly pattern: FunctionSection['pattern'];
}

/** What retries made of the failed requests, as far as the lines tell. */
export type RetryOutcome =
  | { readonly kind: 'told'; readonly share: number; readonly text: string }
  | { readonly kind: 'unknown'; readonly because: string };

/** @returns what hurts most first, as the report ranks; what somebody muted and what no attempt ended with stand last */
export function failureGroups(report: Report): readonly FailureGroup[] {
  let groups = groupsOf.get(report);
  if (groups === undefined) {
    groups = makeGroups(report);
    groupsOf.set(report, groups);
  }
  return groups;
}

const groupsOf = new WeakMap<Report, readonly FailureGroup[]>();

interface GroupName {
  readonly fingerprint?: string | undefined;
  readonly functionName: string;
  readonly type: string;
  readonly maskedMessage: string;
}

function makeGroups(report: Report): readonly FailureGroup[] {
  const ranks = new Map(
    report.findings.map((finding, rank) => [`${finding.functionName}\0${finding.fingerprint}`, rank] as const).reverse(),
  );
  const suspects = new Map((report.suspects ?? []).map((section) => [keyOf(section), section]));
  const difficulty = new Map((report.difficulty ?? []).map((section) => [keyOf(section), section]));
  const functions = new Map(report.functions.map((section) => [section.functionName, section]));
  const kindCounts = new Map<string, number>();
  for (const { functionName, rate } of report.failures)
    if (rate.count > 0) kindCounts.set(functionName, (kindCounts.get(functionName) ?? 0) + 1);
  const rankOf = ({ functionName, fingerprint, rate, known }: Failure) =>
    (rate.count === 0 ? LAST : known?.mutedUntilMs === undefined ? 0 : MUTED) + (ranks.get(`${functionName}\0${fingerprint}`) ?? UNRANKED);
  return [...report.failures]
    .sort((a, b) => rankOf(a) - rankOf(b) || b.rate.count - a.rate.count)
    .map((hostile) => {
      const { functionName } = hostile;
      const section = functions.get(functionName);
      const failure = printableDeep(hostile);
      // A message may be a megabyte long; what is compared, filtered and drawn is not.
      const name = failureName(failure).slice(0, LONGEST_NAME);
      return {
        id: `${failure.fingerprint ?? name} ${failure.functionName}`,
        name,
        courseName: functionName,
        failure,
        verdict: verdictOf(hostile, report),
        outcome: printableDeep(retryOutcome(hostile, section?.retries, kindCounts.get(functionName) ?? 0)),
        suspects: printableDeep(suspects.get(keyOf(hostile))),
        difficulty: printableDeep(difficulty.get(keyOf(hostile))),
        pattern: printableDeep(section?.pattern),
      };
    });
}

const LONGEST_NAME = 500;
const UNRANKED = 1e6;
const MUTED = 1e7;
const LAST = 1e8;

function keyOf({ fingerprint, functionName, type, maskedMessage }: GroupName): string {
  return `${functionName}\0${fingerprint ?? `${type}\0${maskedMessage}`}`;
}

/** Older reports have no verdict on rarity: the word of the finding stands there, and what it says is only that it failed. */
function verdictOf(failure: Failure, report: Report): FailureGroup['verdict'] {
  const { rarity, functionName, maskedMessage, rate } = failure;
  if (rarity !== undefined) {
    const said = VERDICTS[rarity.kind];
    return rarity.watch ? { ...said, text: `${said.text}, WATCH` } : said;
  }
  if (rate.count === 0) return { text: '- logged only', tone: 'plain' };
  const finding = report.findings.find((each) => each.functionName === functionName && each.why.includes(maskedMessage));
  if (finding === undefined) return { text: '? NOT JUDGED', tone: 'blue' };
  const mark = findingMark(finding);
  return { text: `${mark} ${printableDeep(finding.headline)}`, tone: mark === '!' ? 'red' : mark === '?' ? 'blue' : 'yellow' };
}

const VERDICTS = {
  systemic: { text: '! SYSTEMIC', tone: 'red' },
  'dense-now': { text: '! DENSE NOW', tone: 'red' },
  rare: { text: '~ RARE', tone: 'yellow' },
  undetermined: { text: '? UNDETERMINED', tone: 'blue' },
} as const satisfies Record<NonNullable<Failure['rarity']>['kind'], { text: string; tone: Tone }>;

/** @param kindCount  failures of the function: what is counted of all of them is true of one only when it is all or none */
function retryOutcome({ rate, functionName }: Failure, retries: FunctionSection['retries'], kindCount: number): RetryOutcome {
  const unknown = (because: string): RetryOutcome => ({ kind: 'unknown', because });
  if (rate.count === 0) return unknown('no attempt ended with it, and whether its caller got a right answer is not told');
  if (retries === undefined || retries.failedRequestCount === 0) return unknown('no line tells which attempts belong to one request');
  const { failedRequestCount: failed, retriedRequestCount: retried, recoveredRequestCount: recovered, complete } = retries;
  if (retried === 0) return unknown('no retry has the same request id, and a caller that asks anew has another one');
  const share = recovered / failed;
  const counted = `${countWords(recovered)} of ${plural(failed, 'failed request')} of ${functionName} recovered by a retry`;
  if (!complete) return unknown(`at least ${counted}, but there are too many to join all of them`);
  if (kindCount > 1 && share > 0 && share < 1) return unknown(`${counted}, and no line tells of which of its ${kindCount} failures`);
  return { kind: 'told', share, text: counted };
}
