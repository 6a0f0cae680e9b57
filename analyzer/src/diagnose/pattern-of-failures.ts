/** Says beside every failure of a function what makes it look regular: "every third request" is one sick sandbox of three. */
import { type FailurePattern, patternWords } from './failure-pattern.ts';
import type { Finding, FindingKind } from './finding.ts';

/** @returns the finding; one that tells of failures says what explains when they come, where something does */
export function withPattern(finding: Finding, patterns: ReadonlyMap<string, FailurePattern>): Finding {
  const pattern = patterns.get(finding.functionName);
  if (pattern?.kind !== 'explained' || !OF_FAILURES.has(finding.kind)) return finding;
  const value = `${patternWords(pattern)} (p = ${Number(pattern.p.toPrecision(2))})`;
  return { ...finding, facts: [...finding.facts, { name: 'allFailuresOfTheFunction', value }] };
}

const OF_FAILURES: ReadonlySet<FindingKind> = new Set(['failure', 'timeout', 'out-of-memory', 'masked-out-of-memory']);
