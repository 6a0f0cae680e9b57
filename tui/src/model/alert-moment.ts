/**
 * Which moment `a` leads to. An alert that lies outside of what is shown would move the clock in the header and nothing
 * below it; then, and where nobody noted an alert, what hurts most has a beginning, and that is said to be one.
 */
import type { Picture } from '@nightlight/analyzer';
import type { IncidentClock } from '@nightlight/analyzer/recovery';
import { printable } from '@nightlight/analyzer/report';

/** @returns of the incidents whose alert lies in what is shown: the newest that is open, else the newest */
export function alertWithin(picture: Picture, clocks: readonly IncidentClock[]): number | undefined {
  const { first, last } = picture.minutes;
  const within = clocks.filter(({ alertMs }) => alertMs !== undefined && alertMs >= first * MINUTE_MS && alertMs < (last + 1) * MINUTE_MS);
  return (within.findLast(({ isOpen }) => isOpen) ?? within.at(-1))?.alertMs;
}

/** @returns when the worst finding began, with words that do not take it for an alert */
export function beginningOf({ report }: Picture): { readonly atMs: number; readonly words: string } | undefined {
  const worst = report.findings.find(({ sinceMs }) => sinceMs !== undefined);
  if (worst?.sinceMs === undefined) return undefined;
  // At that moment other findings may have stood first: a number of now would name one of them.
  const what = `${worst.headline}${worst.functionName === '' ? '' : ` of ${worst.functionName}`}`;
  return { atMs: worst.sinceMs, words: `no alert was noted here: this is where ${printable(what)} began` };
}

const MINUTE_MS = 60_000;
