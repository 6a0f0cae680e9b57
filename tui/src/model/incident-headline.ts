/** The third row of every screen while a clock runs: since when, what is believed, and whether the cause is confirmed. */
import type { IncidentClock } from '@nightlight/analyzer/recovery';
import { printable } from '@nightlight/analyzer/wording';
import { cutText } from '../frame/fit.ts';
import { type Line, run } from '../frame/line.ts';
import { clockText } from './clock-text.ts';

export function incidentHeadline(clock: IncidentClock, nowMs: number): Line {
  const { id, title, alertMs, confirmation, hypotheses } = clock;
  const named = run(`"${cutText(printable(title), TITLE_WIDTH)}"`);
  const name = [run(`${id} `, 'strong'), named, run('  ')];
  if (confirmation !== undefined) {
    const took = alertMs === undefined ? '' : ` after ${clockText(confirmation.atMs - alertMs)}`;
    return [...name, run(`root cause confirmed${took}: ${printable(confirmation.component)}`, 'ok')];
  }
  const since = alertMs === undefined ? 'no alert noted' : `${clockText(nowMs - alertMs)} since alert`;
  const believed = hypotheses.findLast(({ state }) => state === 'held');
  const belief =
    believed === undefined
      ? 'no hypothesis'
      : `hypothesis: ${printable(believed.component ?? '?')} for ${clockText(nowMs - believed.atMs)}`;
  // In 80 columns the end is cut: everybody knows what the page said, but not whether the cause is known.
  return [run(`${id} `, 'strong'), run(since, 'warn'), run(' | '), run('cause NOT confirmed', 'bad'), run(` | ${belief} | `), named];
}

/** For the window's title: `! INC-7 12m31s checkout p99 > 2 s` */
export function incidentTitle({ id, title, alertMs, confirmation }: IncidentClock, nowMs: number): string {
  const time = alertMs === undefined ? '' : ` ${clockText((confirmation?.atMs ?? nowMs) - alertMs)}`;
  return `${confirmation === undefined ? '!' : 'ok'} ${id}${time} ${cutText(printable(title), TITLE_WIDTH)}`;
}

const TITLE_WIDTH = 30;
