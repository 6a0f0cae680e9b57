/**
 * When the clock should begin by itself: a budget breaks, a failure is systemic or dense, too many invocations fail, answers
 * that count as successes are proven to be none; or nothing fails yet and people wait: calls end near their limit or are
 * repeated, memory is shown to leak, starts pile up, requests take longer than they did. What was already so in the report
 * before raises nothing again.
 *
 * Each rule repeats what the report has shown with an interval or a test; what is only suspected wakes nobody.
 */
import type { Finding } from '../diagnose/finding.ts';
import type { FailureSection, FunctionSection, LatencySection, OutboundCallSection, RaritySection } from '../diagnose/sections.ts';
import { shareInterval } from '../diagnose/share-interval.ts';
import { durationWords, percentWords } from '../diagnose/wording.ts';
import { slowerThanBaseline } from './slower-than-baseline.ts';

/** Of a report: all that the rules look at. */
export interface AlertReport {
  readonly findings: readonly Finding[];
  readonly functions: readonly FunctionSection[];
  readonly latency: readonly Pick<LatencySection, 'functionName' | 'version' | 'warm' | 'course'>[];
  readonly outboundCalls?: readonly Pick<OutboundCallSection, 'functionName' | 'peer' | 'callCount' | 'nearLimitCount'>[] | undefined;
  readonly failures: readonly (Pick<FailureSection, 'functionName' | 'type' | 'code' | 'maskedMessage' | 'fingerprint' | 'firstMs'> & {
    readonly rarity?: Pick<RaritySection, 'kind' | 'why'> | undefined;
  })[];
}

export interface AlertRules {
  readonly onBrokenBudget: boolean;
  readonly onSystemic: boolean;
  /** A failure of which it is shown that more than one attempt in a hundred fails so at present, before it is known to last. */
  readonly onDenseNow: boolean;
  /** Of the invocations of a function: failed, with 95 % confidence more than this share; undefined: never. */
  readonly failedShareAbove: number | undefined;
  /** Of the answers or messages of a function: proven to be silently wrong or handled twice, with 95 % confidence more than this. */
  readonly silentShareAbove: number | undefined;
  /** Any message that the program said it dropped: what is gone does not come back. */
  readonly onDropped: boolean;
  /** Of the calls to one peer: ended in the last fifth of their time limit, with 95 % confidence more than this share. */
  readonly nearLimitShareAbove: number | undefined;
  /** More than one retry to ten calls. */
  readonly onRetryStorm: boolean;
  /** Memory, or handles, that are shown to grow without a bound; processes that climb and die, again and again. */
  readonly onLeak: boolean;
  /** A new version whose first minutes are a storm of cold starts. */
  readonly onStartStorm: boolean;
  /** Requests that are shown to take longer than hours ago; with a baseline of the same run, than in that. */
  readonly onSlower: boolean;
}

export type AlertRule =
  | 'broken-budget'
  | 'systemic'
  | 'dense-now'
  | 'failed-share'
  | 'silent-share'
  | 'dropped'
  | 'near-limit'
  | 'retry-storm'
  | 'leak'
  | 'start-storm'
  | 'slower';

export interface RaisedAlert {
  /** The same trouble has the same key in every report. */
  readonly key: string;
  readonly rule: AlertRule;
  readonly functionName: string;
  /** One line for a page, redacted as the report is. */
  readonly title: string;
  readonly sinceMs: number | undefined;
}

/**
 * One in ten is what people call "it is down"; our judgement, and the same for calls that are about to be. Of silent harm one in
 * a hundred is enough, where a failure counts as systemic: nobody comes to complain in time.
 */
export const DEFAULT_ALERT_RULES: AlertRules = {
  onBrokenBudget: true,
  onSystemic: true,
  onDenseNow: true,
  failedShareAbove: 0.1,
  silentShareAbove: 0.01,
  onDropped: true,
  nearLimitShareAbove: 0.1,
  onRetryStorm: true,
  onLeak: true,
  onStartStorm: true,
  onSlower: true,
};

/**
 * @param before    the report before, of the same input; undefined at the first look
 * @param raised    keys that were raised earlier and are not to be raised again, for one that comes and goes
 * @param baseline  of the same run under the same load, from its begin up to a moment at which all was known to be well;
 *                  without it slowness is only told from the hours of the report
 * @returns what is new, failures first
 */
export function alertRules(
  before: AlertReport | undefined,
  now: AlertReport,
  rules: AlertRules = DEFAULT_ALERT_RULES,
  raised: ReadonlySet<string> = new Set(),
  baseline?: Pick<AlertReport, 'latency'>,
): RaisedAlert[] {
  const known = new Set([...raised, ...(before === undefined ? [] : raisedBy(before, rules, undefined).map(({ key }) => key))]);
  return raisedBy(now, rules, baseline).filter(({ key }) => {
    if (known.has(key)) return false;
    known.add(key);
    return true;
  });
}

function raisedBy(report: AlertReport, rules: AlertRules, baseline: Pick<AlertReport, 'latency'> | undefined): RaisedAlert[] {
  return [
    ...brokenBudgets(report, rules),
    ...failures(report, rules),
    ...failedShares(report, rules),
    ...silentHarm(report, rules),
    ...harmToCome(report, rules),
    ...(rules.onSlower ? slowness(report, baseline) : []),
  ];
}

function brokenBudgets({ findings }: AlertReport, { onBrokenBudget }: AlertRules): RaisedAlert[] {
  if (!onBrokenBudget) return [];
  return findings
    .filter((finding) => finding.kind === 'budget-broken' && isShown(finding))
    .map(({ functionName, why, facts, sinceMs }) => {
      const budget = facts.find(({ name }) => name === 'budget')?.value ?? why;
      return { key: `budget:${functionName}:${budget}`, rule: 'broken-budget', functionName, title: why, sinceMs };
    });
}

function failures(report: AlertReport, { onSystemic, onDenseNow }: AlertRules): RaisedAlert[] {
  return report.failures.flatMap(({ rarity, functionName, type, code, maskedMessage, fingerprint, firstMs }): RaisedAlert[] => {
    const identity = `${functionName}:${fingerprint ?? `${type}:${code ?? ''}:${maskedMessage}`}`;
    if (rarity?.kind === 'systemic' && onSystemic) {
      const title = `${functionName}: ${type} is systemic: ${rarity.why}`;
      return [{ key: `systemic:${identity}`, rule: 'systemic', functionName, title, sinceMs: firstMs }];
    }
    if (rarity?.kind === 'dense-now' && onDenseNow) {
      const title = `${functionName}: ${type} fails densely now: ${rarity.why}`;
      return [{ key: `dense:${identity}`, rule: 'dense-now', functionName, title, sinceMs: firstMs }];
    }
    return [];
  });
}

function failedShares({ functions }: AlertReport, { failedShareAbove }: AlertRules): RaisedAlert[] {
  if (failedShareAbove === undefined) return [];
  return functions.flatMap(({ functionName, failed, firstMs }): RaisedAlert[] => {
    if (failed === undefined || !(failed.low > failedShareAbove)) return [];
    const title = `${functionName}: ${failed.count} of ${failed.of} invocations fail`;
    return [{ key: `failed:${functionName}`, rule: 'failed-share', functionName, title, sinceMs: firstMs }];
  });
}

function silentHarm({ findings }: AlertReport, { silentShareAbove, onDropped }: AlertRules): RaisedAlert[] {
  return findings.flatMap(({ kind, certainty, functionName, why, shareLow, sinceMs }): RaisedAlert[] => {
    if (certainty !== 'proven') return [];
    const isSilent = SILENT_KINDS.has(kind) && silentShareAbove !== undefined && (shareLow ?? 0) > silentShareAbove;
    if (!isSilent && !(onDropped && kind === 'messages-dropped')) return [];
    const rule = isSilent ? 'silent-share' : 'dropped';
    return [{ key: `${rule}:${functionName}:${kind}`, rule, functionName, title: `${functionName}: ${why}`, sinceMs }];
  });
}

/** A broken check, an answer of a fallback, an error answer of status 200; a message whose key was handled before. */
const SILENT_KINDS: ReadonlySet<Finding['kind']> = new Set(['silent-error', 'duplicate-delivery']);

/** Nothing need have failed yet: calls at their limit, calls repeated, memory that leaks, starts that pile up. */
function harmToCome({ findings, outboundCalls = [] }: AlertReport, rules: AlertRules): RaisedAlert[] {
  const alerts: RaisedAlert[] = [];
  for (const { functionName, peer, callCount, nearLimitCount } of outboundCalls) {
    if (rules.nearLimitShareAbove === undefined || nearLimitCount === undefined) continue;
    // Of thousands of peers nearly all are well, and an interval takes time.
    if (nearLimitCount <= rules.nearLimitShareAbove * callCount) continue;
    const near = shareInterval(nearLimitCount, callCount);
    if (near === undefined || !(near.low > rules.nearLimitShareAbove)) continue;
    const title = `${functionName}: ${near.count} of ${near.of} calls to ${peer} (${percentWords(near.share)}) end in the last fifth of their time limit`;
    alerts.push({ key: `near-limit:${functionName}:${peer}`, rule: 'near-limit', functionName, title, sinceMs: undefined });
  }
  for (const finding of findings) {
    const { kind, functionName, headline, why, sinceMs } = finding;
    const rule = RULE_OF_KIND[kind];
    if (rule === undefined || !rules[SWITCH_OF[rule]] || !isShown(finding)) continue;
    alerts.push({
      key: `${rule}:${functionName}`,
      rule,
      functionName,
      title: `${functionName}: ${headline.toLowerCase()}: ${why}`,
      sinceMs,
    });
  }
  return alerts;
}

const RULE_OF_KIND: { readonly [K in Finding['kind']]?: 'retry-storm' | 'leak' | 'start-storm' } = {
  'retry-storm': 'retry-storm',
  'memory-growth': 'leak',
  'fast-leak': 'leak',
  'cold-start-storm': 'start-storm',
};
const SWITCH_OF = { 'retry-storm': 'onRetryStorm', leak: 'onLeak', 'start-storm': 'onStartStorm' } as const;

const isShown = ({ certainty }: Finding): boolean => certainty === 'shown' || certainty === 'proven';

/** By the hours that the report tests; and, where somebody knows a stretch of the same run that was well, against that. */
function slowness({ latency }: AlertReport, baseline: Pick<AlertReport, 'latency'> | undefined): RaisedAlert[] {
  return latency.flatMap((section): RaisedAlert[] => {
    const { functionName, course } = section;
    const alert = { key: `slower:${functionName}`, rule: 'slower', functionName, sinceMs: undefined } as const;
    if (course?.tail === 'tail-grew' || course?.tail === 'all-slower')
      return [{ ...alert, title: `${functionName}: slower than hours ago: ${course.tailBecause}` }];
    const change = baseline === undefined ? undefined : slowerThanBaseline(baseline.latency, section);
    if (change === undefined) return [];
    const { quantile, before, now, baselineCount, count } = change;
    const title = `${functionName}: slower than at first: ${percentWords(quantile)} of the warm requests took up to ${durationWords(before.value)} (n = ${baselineCount}), and up to ${durationWords(now.value)} with what came since (n = ${count}); 95 % intervals apart`;
    return [{ ...alert, title }];
  });
}
