/**
 * No finding stands without lines. Where a diagnosis rests on counts over a span, and no single line tells it, the first and
 * the last line known of that span are given, and it is said that this is what they are.
 */
import { evidenceReference } from '../diagnose/evidence-reference.ts';
import type { Finding } from '../diagnose/finding.ts';
import { knownLines } from '../diagnose/known-lines.ts';
import type { Summary } from '../store/summary.ts';

export function withEvidence(finding: Finding, summary: Summary): Finding {
  if (finding.evidence.length > 0) return finding;
  const own = knownLines(summary, isOfWholeInput(finding, summary) ? undefined : finding.functionName);
  const { sinceMs = Number.NEGATIVE_INFINITY, lastMs = Number.POSITIVE_INFINITY } = finding;
  const within = own.filter(({ atMs }) => atMs >= sinceMs && atMs <= lastMs);
  const lines = within.length > 0 ? within : own;
  const ends = lines.length > 1 ? [lines[0]!, lines.at(-1)!] : lines;
  if (ends.length === 0) return finding;
  return {
    ...finding,
    evidence: ends.map((line) => evidenceReference(summary, line)),
    facts: [
      ...finding.facts,
      { name: 'lines given', value: 'the first and the last one known of what was counted; no single line tells it' },
    ],
  };
}

/** `(whole input)` and the like are no function of the input. */
function isOfWholeInput({ functionName }: Finding, summary: Summary): boolean {
  for (const configuration of summary.configurations.values()) if (configuration.functionName === functionName) return false;
  return true;
}
