/**
 * Every finding says what would decide it and what would show it to be wrong, for people and programs alike. Where a
 * diagnosis worked that out from the numbers, its own words stand; else those of the kind.
 */
import type { Finding } from '../diagnose/finding.ts';
import { KIND_EXPLANATIONS } from './glossary.ts';

export function withDoubts(finding: Finding): Finding {
  const { changedBy, refutedBy } = KIND_EXPLANATIONS[finding.kind];
  const toDecide = factsNamed(finding, ['would decide', 'to decide']);
  const falsifiers = factsNamed(finding, ['would refute', 'would have refuted it']);
  return {
    ...finding,
    toDecide: toDecide.length === 0 ? changedBy : toDecide.join('; '),
    falsifiers: falsifiers.length === 0 ? [refutedBy] : falsifiers,
  };
}

function factsNamed({ facts }: Finding, names: readonly string[]): string[] {
  return [...new Set(facts.filter(({ name }) => names.includes(name)).map(({ value }) => value))];
}
