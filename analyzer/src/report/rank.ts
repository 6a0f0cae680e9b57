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
/** What a line proves and what a test shows are both sure: how much it hurts decides between them. */
const CERTAINTY_ORDER = { proven: 0, shown: 0, suspected: 1, 'cannot-tell': 2 } satisfies Record<Certainty, number>;
/** Below both, a loud failure is what every night has: it stands behind what may hurt everybody. Our own choice. */
const BACKGROUND = { kinds: ['failure', 'timeout', 'retries'], share: 0.01, perMinute: 1 } as const;
/** Requests of these were slow and did not fail: ten of them weigh as much as one that failed. Our own choice. */
const SLOWED = {
  kinds: ['cold-start', 'cold-start-storm', 'slow-tail', 'near-timeout', 'calls-near-limit'],
  weight: 0.1,
} as const;

function byHurt(a: Finding, b: Finding): number {
  return (
    // Muted by whoever owns it: told, and behind everything that is not.
    Number(a.mutedUntilMs !== undefined) - Number(b.mutedUntilMs !== undefined) ||
    tierOf(a) - tierOf(b) ||
    CERTAINTY_ORDER[a.certainty] - CERTAINTY_ORDER[b.certainty] ||
    weightOf(b) - weightOf(a) ||
    (b.affectedCount ?? 0) - (a.affectedCount ?? 0) ||
    // The last two only keep the order the same on every run and machine.
    compare(a.functionName, b.functionName) ||
    compare(
      `${a.kind} ${a.version ?? ''} ${a.memorySizeMb ?? ''} ${a.headline} ${a.why}`,
      `${b.kind} ${b.version ?? ''} ${b.memorySizeMb ?? ''} ${b.headline} ${b.why}`,
    )
  );
}

/** Sure harm now, sure harm soon, suspicions of either, then the background; money and gaps in the data last. */
function tierOf({ harm, certainty, kind, affectedCount, exposedCount, weight }: Finding): number {
  if (harm === 'money' || harm === 'data') return 4 + HARM_ORDER[harm];
  const isLoud = (BACKGROUND.kinds as readonly string[]).includes(kind);
  // An error line that no attempt ended with counts nobody as hurt.
  const isFew = affectedCount === undefined || (affectedCount < BACKGROUND.share * (exposedCount ?? 0) && weight < BACKGROUND.perMinute);
  if (isLoud && isFew) return 4;
  return HARM_ORDER[harm] + (CERTAINTY_ORDER[certainty] === 0 ? 0 : 2);
}

function weightOf({ kind, weight }: Finding): number {
  return (SLOWED.kinds as readonly string[]).includes(kind) ? weight * SLOWED.weight : weight;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
