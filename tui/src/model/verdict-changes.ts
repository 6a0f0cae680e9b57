/** What is different in the verdicts since one looked last: for pipes, screen readers, and whoever is to be notified. */
import type { Finding, Report } from '@nightlight/analyzer';
import {
  changedText,
  configurationLabel,
  countWords,
  findingMark,
  hurtText,
  printable,
  printableDeep,
  sinceText,
} from '@nightlight/analyzer/report';
import { nextWithoutScreen } from './next-step.ts';

export interface VerdictChange {
  readonly change: 'appeared' | 'changed' | 'cleared';
  /** The same trouble has the same key in every report. */
  readonly key: string;
  /** As it is now; as it was, where it has cleared. */
  readonly finding: Finding;
  /** What it said before; only where it changed. */
  readonly before: Finding | undefined;
}

/** @param before  undefined at the first look: everything is new then */
export function verdictChanges(before: Report | undefined, now: Report): readonly VerdictChange[] {
  const known = byKey(before?.findings ?? []);
  const present = byKey(now.findings);
  const changes: VerdictChange[] = [];
  for (const [key, found] of present) {
    const earlier = known.get(key);
    if (earlier !== undefined && verdictOf(earlier) === verdictOf(found)) continue;
    const finding = { ...found, next: nextWithoutScreen(found, now) };
    changes.push({ change: earlier === undefined ? 'appeared' : 'changed', key, finding, before: earlier });
  }
  for (const [key, finding] of known) if (!present.has(key)) changes.push({ change: 'cleared', key, finding, before: undefined });
  return changes;
}

/** One line, safe to print: when it was seen, what changed, and the same as a line of `--plain`. */
export function changeLine({ change, finding: hostile, before }: VerdictChange, now: Report, atMs: number): string {
  const finding = printableDeep(hostile);
  const words = `${findingMark(finding)} ${finding.headline}  ${configurationLabel(finding)}`.trimEnd();
  const at = Number.isFinite(atMs) ? new Date(atMs).toISOString().slice(0, 19).replace('T', ' ') : 'time unknown';
  if (change === 'cleared') return `${at} UTC  cleared   ${words}: not found any more`;
  const was = before === undefined ? '' : ` (was ${findingMark(before)} ${printableDeep(before).headline})`;
  return `${at} UTC  ${change.padEnd(8)}  ${finding.id} ${words}${was}: ${finding.why} | hurts ${hurtText(finding)} | since ${sinceText(finding)}; ${changedText(finding, printableDeep(now.changes))} | next: ${finding.next}`;
}

/** For programs: one object a change, with its units in its names. */
export function changeJson({ change, key, finding, before }: VerdictChange, atMs: number): object {
  const {
    id,
    kind,
    headline,
    functionName,
    version,
    memorySizeMb,
    why,
    harm,
    certainty,
    certaintyBecause,
    affectedCount,
    exposedCount,
    sinceMs,
    next,
  } = printableDeep(finding);
  return {
    schema: 'change-1',
    at: isoOf(atMs),
    change,
    key: printable(key),
    finding: {
      id,
      kind,
      headline,
      functionName,
      version: version ?? null,
      memorySizeMb: memorySizeMb ?? null,
      fingerprint: finding.fingerprint ?? null,
      why,
      harm,
      certainty,
      certaintyBecause,
      affectedCount: affectedCount ?? null,
      exposedCount: exposedCount ?? null,
      since: isoOf(sinceMs),
      next,
    },
    before: before === undefined ? null : { headline: printableDeep(before).headline, certainty: before.certainty, harm: before.harm },
  };
}

export function nothingYetLine(now: Report): string {
  const count = now.functions.reduce((sum, { invocationCount }) => sum + invocationCount, 0);
  return count === 0 ? '? NOTHING TO JUDGE  no invocation yet' : `ok NOTHING FOUND THAT HURTS  ${countWords(count)} invocations`;
}

function byKey(findings: readonly Finding[]): Map<string, Finding> {
  const keyed = new Map<string, Finding>();
  for (const finding of findings) {
    // Two of the same kind in one configuration are told apart by what they say, or else by their number.
    let key = keyOf(finding);
    for (let number = 2; keyed.has(key); number++) key = `${keyOf(finding)}#${number}`;
    keyed.set(key, finding);
  }
  return keyed;
}

function keyOf({ kind, functionName, version, memorySizeMb, fingerprint, headline }: Finding): string {
  return [kind, functionName, version ?? '', memorySizeMb ?? '', fingerprint ?? (kind === 'failure' ? headline : '')].join('/');
}

/** Figures move with every request; what is said of them is what one wants to hear of. */
function verdictOf({ headline, harm, certainty }: Finding): string {
  return `${headline}/${harm}/${certainty}`;
}

function isoOf(ms: number | undefined): string | null {
  return ms === undefined || !Number.isFinite(ms) ? null : new Date(ms).toISOString();
}
