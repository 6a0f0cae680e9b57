/** What hurts users most stands first, and each finding gets the id that the reader will type. */

import type { Certainty, Finding, Harm } from '../diagnose/finding.ts';
import { OWN_ID } from '../diagnose/next-command.ts';

/** @returns the findings in order of harm, certainty and weight, as `F-1`, `F-2` … also inside their commands */
export function rankFindings(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(byHurt).map((finding, index) => {
    const id = `F-${index + 1}`;
    return { ...finding, id, next: finding.next.replaceAll(OWN_ID, id) };
  });
}

const HARM_ORDER = { users: 0, soon: 1, money: 2, data: 3 } satisfies Record<Harm, number>;
const CERTAINTY_ORDER = { proven: 0, shown: 1, suspected: 2, 'cannot-tell': 3 } satisfies Record<Certainty, number>;

function byHurt(a: Finding, b: Finding): number {
  return (
    HARM_ORDER[a.harm] - HARM_ORDER[b.harm] ||
    CERTAINTY_ORDER[a.certainty] - CERTAINTY_ORDER[b.certainty] ||
    b.weight - a.weight ||
    (b.affectedCount ?? 0) - (a.affectedCount ?? 0) ||
    // The last two only keep the order the same on every run and machine.
    compare(a.functionName, b.functionName) ||
    compare(
      `${a.kind} ${a.version ?? ''} ${a.memorySizeMb ?? ''} ${a.headline} ${a.why}`,
      `${b.kind} ${b.version ?? ''} ${b.memorySizeMb ?? ''} ${b.headline} ${b.why}`,
    )
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
