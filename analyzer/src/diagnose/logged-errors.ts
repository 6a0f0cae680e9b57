/**
 * Error lines with which no attempt ended: handled, survived, or swallowed. Nobody was turned away, so all of a
 * function's kinds make one quiet finding, which never ranks above a request that failed.
 */
import type { Summary } from '../store/summary.ts';
import type { Finding } from './finding.ts';
import { explainCommand } from './next-command.ts';
import type { FailureSection } from './sections.ts';
import { countWords, plural } from './wording.ts';

export function loggedErrorFindings(summary: Summary, failures: readonly FailureSection[]): Finding[] {
  const byFunction = new Map<string, FailureSection[]>();
  for (const failure of failures) {
    if (failure.rate.count > 0 || failure.loggedOnlyCount === 0) continue;
    const known = byFunction.get(failure.functionName);
    if (known === undefined) byFunction.set(failure.functionName, [failure]);
    else known.push(failure);
  }
  return [...byFunction].map(([functionName, kinds]) => describe(summary, functionName, kinds));
}

function describe(summary: Summary, functionName: string, kinds: readonly FailureSection[]): Finding {
  const lineCount = kinds.reduce((sum, kind) => sum + kind.loggedOnlyCount, 0);
  const most = kinds[0]!;
  const named = most.maskedMessage === '' ? most.type : `${most.type}: ${most.maskedMessage}`;
  // Of a service's own lines nobody knows which request they are of: their words may be those of requests that failed.
  const isLoose = kinds.every(({ status }) => status === 'unknown');
  const first = kinds.map((kind) => kind.firstMs).filter((atMs) => atMs !== undefined);
  const last = kinds.map((kind) => kind.lastMs).filter((atMs) => atMs !== undefined);
  return {
    id: '',
    kind: 'failure',
    headline: 'LOGGED ERRORS',
    functionName,
    version: undefined,
    memorySizeMb: undefined,
    why: `${plural(lineCount, 'error line')} of ${plural(kinds.length, 'kind')} ${isLoose ? 'that name no request' : 'with which no attempt ended'}; most often (${countWords(most.loggedOnlyCount)}) ${named.slice(0, 120)}`,
    harm: 'soon',
    certainty: 'suspected',
    certaintyBecause: isLoose
      ? 'whether a request failed with them is not in the lines; a request or trace id in each would tell'
      : 'handled or survived by what the platform says; whether the caller got a right answer is not in the logs',
    affectedCount: undefined,
    exposedCount: undefined,
    shareLow: undefined,
    shareHigh: undefined,
    sinceMs: first.length === 0 ? undefined : Math.min(...first),
    lastMs: last.length === 0 ? undefined : Math.max(...last),
    weight: 0,
    changedBeside: [],
    next: explainCommand(summary),
    evidence: kinds.flatMap((kind) => kind.evidence).slice(0, 8),
    facts: kinds.slice(0, 20).map((kind) => ({
      name: `${kind.type}: ${kind.maskedMessage}`,
      value: `${plural(kind.loggedOnlyCount, 'line')}`,
    })),
    gates: [],
  };
}
