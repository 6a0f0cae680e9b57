/**
 * When the clock should begin by itself: a budget breaks, a failure is shown to be systemic, too many invocations fail, or
 * answers that count as successes are proven to be none. What was already so in the report before raises nothing again.
 *
 * The last kind makes no error line and no status, so nobody else will ever ring: the program's own invariants, the keys of
 * messages and what it dropped are all there is.
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
  /** Of the answers or messages of a function: proven to be silently wrong or handled twice, with 95 % confidence more than this. */
  readonly silentShareAbove: number | undefined;
  /** Any message that the program said it dropped: what is gone does not come back. */
  readonly onDropped: boolean;
}

export type AlertRule = 'broken-budget' | 'systemic' | 'failed-share' | 'silent-share' | 'dropped';

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
 * One in ten is what people call "it is down"; our judgement. Of silent harm one in a hundred is enough, where a failure counts as
 * systemic: nobody comes to complain in time.
 */
export const DEFAULT_ALERT_RULES: AlertRules = {
  onBrokenBudget: true,
  onSystemic: true,
  failedShareAbove: 0.1,
  silentShareAbove: 0.01,
  onDropped: true,
};

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
  for (const { kind, certainty, functionName, why, shareLow, sinceMs } of findings) {
    if (certainty !== 'proven') continue;
    const isSilent = SILENT_KINDS.has(kind) && rules.silentShareAbove !== undefined && (shareLow ?? 0) > rules.silentShareAbove;
    if (!isSilent && !(rules.onDropped && kind === 'messages-dropped')) continue;
    const rule = isSilent ? 'silent-share' : 'dropped';
    alerts.push({ key: `${rule}:${functionName}:${kind}`, rule, functionName, title: `${functionName}: ${why}`, sinceMs });
  }
  return alerts;
}

/** A broken check, an answer of a fallback, an error answer of status 200; a message whose key was handled before. */
const SILENT_KINDS: ReadonlySet<Finding['kind']> = new Set(['silent-error', 'duplicate-delivery']);
