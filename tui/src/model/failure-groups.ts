/**
 * The failures of a report, each with all that other chapters say of it: verdict, suspects, how hard its cause is to find,
 * what retries made of it. Put together once for a report, however often it is drawn, and safe for a terminal.
 */
import type { Report } from '@nightlight/analyzer';
import { countWords, failureName, findingMark, plural, printable, printableDeep } from '@nightlight/analyzer/report';
import type { Tone } from './overview-view.ts';

export type Failure = Report['failures'][number];
type FunctionSection = Report['functions'][number];

export interface FailureGroup {
  /** Fingerprint and function: the same while the order changes. */
  readonly id: string;
  /** `TimeoutError: pricing > # ms` */
  readonly name: string;
  readonly functionName: string;
  readonly fingerprint: string | undefined;
  readonly owner: string | undefined;
  /** The strongest suspect; undefined where the lines name none. */
  readonly startsIn: string | undefined;
  /** As the picture's courses name it. */
  readonly courseName: string;
  /** No text in them. */
  readonly figures: Pick<Failure, 'rate' | 'firstMs' | 'lastMs' | 'perMinute'>;
  readonly windows: { readonly filled: number; readonly count: number } | undefined;
  readonly verdict: { readonly text: string; readonly tone: Tone };
  readonly outcome: RetryOutcome;
  // Whole chapters are made safe only when somebody looks at them: there may be a thousand groups, and one is looked at.
  readonly failure: Failure;
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
  return report.failures
    .map((failure) => ({ failure, rank: rankOf(failure) }))
    .sort((a, b) => a.rank - b.rank || b.failure.rate.count - a.failure.rate.count)
    .map(({ failure: hostile }) => {
      const section = functions.get(hostile.functionName);
      return groupOf(
        hostile,
        report,
        section,
        kindCounts.get(hostile.functionName) ?? 0,
        suspects.get(keyOf(hostile)),
        difficulty.get(keyOf(hostile)),
      );
    });
}

function groupOf(
  hostile: Failure,
  report: Report,
  section: FunctionSection | undefined,
  kindCount: number,
  suspects: FailureGroup['suspects'],
  difficulty: FailureGroup['difficulty'],
): FailureGroup {
  // A message may be a megabyte long; what is compared, filtered and drawn is not.
  const name = printable(failureName(hostile).slice(0, LONGEST_NAME));
  const functionName = printable(hostile.functionName);
  const { fingerprint, rarity, known } = hostile;
  const first = suspects?.suspects[0]?.component;
  let failure: Failure | undefined;
  return {
    id: `${fingerprint === undefined ? name : printable(fingerprint)} ${functionName}`,
    name,
    functionName,
    fingerprint: fingerprint === undefined ? undefined : printable(fingerprint),
    owner: known?.owner === undefined ? undefined : printable(known.owner),
    startsIn: first === undefined ? undefined : printable(first),
    courseName: hostile.functionName,
    figures: hostile,
    windows: rarity === undefined ? undefined : { filled: rarity.filledWindowCount, count: rarity.windowCount },
    verdict: verdictOf(hostile, report),
    outcome: retryOutcome({ rate: hostile.rate, functionName }, section?.retries, kindCount),
    get failure() {
      failure ??= printableDeep(hostile);
      return failure;
    },
    get suspects() {
      return printableDeep(suspects);
    },
    get difficulty() {
      return printableDeep(difficulty);
    },
    get pattern() {
      return printableDeep(section?.pattern);
    },
  };
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
function retryOutcome(
  { rate, functionName }: Pick<Failure, 'rate' | 'functionName'>,
  retries: FunctionSection['retries'],
  kindCount: number,
): RetryOutcome {
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
