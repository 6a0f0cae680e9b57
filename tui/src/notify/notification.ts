/** What is told of changed verdicts: the same as JSON, and as words for the environment of a command. */
import type { Finding } from '@nightlight/analyzer';
import { configurationLabel, findingMark, printable } from '@nightlight/analyzer/report';
import { changeJson, type VerdictChange } from '../model/verdict-changes.ts';

export interface Notification {
  /** The body of a request, and the standard input of a command. */
  readonly json: string;
  /** `NIGHTLIGHT_…`, of the change that hurts most. */
  readonly environment: Readonly<Record<string, string>>;
}

/** More would be a mail that nobody reads; the count of the others is told. */
export const MOST_TOLD = 20;

/** @param changes  at least one. @param atMs  the moment of the picture in which they were seen */
export function notificationOf(changes: readonly VerdictChange[], atMs: number): Notification {
  const ranked = [...changes].sort((a, b) => rankOf(a) - rankOf(b));
  const worst = ranked[0]!;
  const at = isoOf(atMs);
  const text = textOf(ranked);
  return {
    json: `${JSON.stringify({
      schema: 'notification-1',
      at,
      text,
      changes: ranked.slice(0, MOST_TOLD).map((change) => changeJson(change, atMs)),
      moreCount: Math.max(0, ranked.length - MOST_TOLD),
    })}\n`,
    environment: {
      NIGHTLIGHT_CHANGE: worst.change,
      NIGHTLIGHT_CHANGE_COUNT: String(ranked.length),
      NIGHTLIGHT_TEXT: variable(text),
      NIGHTLIGHT_AT: at ?? '',
      NIGHTLIGHT_KIND: worst.finding.kind,
      NIGHTLIGHT_HEADLINE: variable(worst.finding.headline),
      NIGHTLIGHT_FUNCTION: variable(worst.finding.functionName),
      NIGHTLIGHT_CERTAINTY: worst.finding.certainty,
      NIGHTLIGHT_HARM: worst.finding.harm,
      NIGHTLIGHT_WHY: variable(worst.finding.why),
    },
  };
}

/** What is new comes before what is over, and what hurts users before what only costs. */
function rankOf({ change, finding }: VerdictChange): number {
  const harm = { users: 0, soon: 1, data: 2, money: 3 } satisfies Record<Finding['harm'], number>;
  return ({ appeared: 0, changed: 10, cleared: 20 } as const)[change] + harm[finding.harm];
}

/** One line for a chat or a pop-up. */
function textOf(ranked: readonly VerdictChange[]): string {
  const { change, finding } = ranked[0]!;
  const words = change === 'cleared' ? 'cleared' : change === 'changed' ? 'now' : 'new';
  const more = ranked.length === 1 ? '' : ` (and ${ranked.length - 1} more)`;
  const why = change === 'cleared' ? 'not found any more' : finding.why;
  return printable(`${words}: ${findingMark(finding)} ${finding.headline} ${configurationLabel(finding)}: ${why}${more}`);
}

/** The whole environment of a process has a limit, and a NUL ends a variable. */
function variable(text: string): string {
  return printable(text).replaceAll('\0', '').slice(0, MOST_LETTERS);
}

const MOST_LETTERS = 2_000;

function isoOf(ms: number): string | null {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : null;
}
