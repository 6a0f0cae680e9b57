/**
 * When the clock should begin by itself: a budget breaks, a failure is shown to be systemic, or too many invocations
 * fail. What was already so in the report before raises nothing again.
 */
import type { Finding } from '../diagnose/finding.ts';
import type { FailureSection, FunctionSection, RaritySection } from '../diagnose/sections.ts';

/** Of a report: all that the rules look at. */
export interface AlertReport {
  readonly findings: readonly Finding[];
  readonly functions: readonly FunctionSection[];
  readonly failures: readonly (Pick<FailureSection, 'functionName' | 'type' | 'code' | 'maskedMessage' | 'fingerprint' | 'firstMs'> & {
    readonly rarity?: Pick<RaritySection, 'kind' | 'why'> | undefined;
  })[];
}

export interface AlertRules {
  readonly onBrokenBudget: boolean;
  readonly onSystemic: boolean;
  /** Of the invocations of a function: failed, with 95 % confidence more than this share; undefined: never. */
  readonly failedShareAbove: number | undefined;
}

export type AlertRule = 'broken-budget' | 'systemic' | 'failed-share';

export interface RaisedAlert {
  /** The same trouble has the same key in every report. */
  readonly key: string;
  readonly rule: AlertRule;
  readonly functionName: string;
  /** One line for a page, redacted as the report is. */
  readonly title: string;
  readonly sinceMs: number | undefined;
}

/** One in ten is what people call "it is down"; our judgement. */
export const DEFAULT_ALERT_RULES: AlertRules = { onBrokenBudget: true, onSystemic: true, failedShareAbove: 0.1 };

/**
 * @param before  the report before, of the same input; undefined at the first look
 * @param raised  keys that were raised earlier and are not to be raised again, for one that comes and goes
 */
export function alertRules(
  before: AlertReport | undefined,
  now: AlertReport,
  rules: AlertRules = DEFAULT_ALERT_RULES,
  raised: ReadonlySet<string> = new Set(),
): RaisedAlert[] {
  const known = new Set([...raised, ...(before === undefined ? [] : raisedBy(before, rules).map(({ key }) => key))]);
  return raisedBy(now, rules).filter(({ key }) => {
    if (known.has(key)) return false;
    known.add(key);
    return true;
  });
}

function raisedBy({ findings, functions, failures }: AlertReport, rules: AlertRules): RaisedAlert[] {
  const alerts: RaisedAlert[] = [];
  if (rules.onBrokenBudget) {
    for (const { kind, certainty, functionName, why, facts, sinceMs } of findings) {
      if (kind !== 'budget-broken' || (certainty !== 'shown' && certainty !== 'proven')) continue;
      const budget = facts.find(({ name }) => name === 'budget')?.value ?? why;
      alerts.push({ key: `budget:${functionName}:${budget}`, rule: 'broken-budget', functionName, title: why, sinceMs });
    }
  }
  if (rules.onSystemic) {
    for (const { rarity, functionName, type, code, maskedMessage, fingerprint, firstMs } of failures) {
      if (rarity?.kind !== 'systemic') continue;
      const key = `systemic:${functionName}:${fingerprint ?? `${type}:${code ?? ''}:${maskedMessage}`}`;
      const title = `${functionName}: ${type} is systemic: ${rarity.why}`;
      alerts.push({ key, rule: 'systemic', functionName, title, sinceMs: firstMs });
    }
  }
  if (rules.failedShareAbove !== undefined) {
    for (const { functionName, failed, firstMs } of functions) {
      if (failed === undefined || !(failed.low > rules.failedShareAbove)) continue;
      const title = `${functionName}: ${failed.count} of ${failed.of} invocations fail`;
      alerts.push({ key: `failed:${functionName}`, rule: 'failed-share', functionName, title, sinceMs: firstMs });
    }
  }
  return alerts;
}
