/** The incident's clock as rows: how long the search has taken, how far it is to 5 and 45 minutes, what happened when. */
import { bar } from '../frame/bar.ts';
import { BIG_ROWS, bigText } from '../frame/big-text.ts';
import { cutText, fitLine, fitText, lineWidth, wrapText } from '../frame/fit.ts';
import type { Glyphs } from '../frame/glyphs.ts';
import { EMPTY_LINE, type Line, line, type Run, run, type Style } from '../frame/line.ts';
import { momentText } from '../model/clock-text.ts';
import type { TimelineRow } from '../model/incident-view.ts';
import type { ClockView, Progress, RecoveryView, Tone } from '../model/recovery-view.ts';
import type { TimeStyle } from '../model/screen.ts';

export const CLOCK_STYLES: Readonly<Record<Tone, Style>> = { calm: 'ok', warn: 'warn', bad: 'bad', unknown: 'info' };

export interface ClockLook {
  readonly width: number;
  readonly glyphs: Glyphs;
  readonly timeStyle: TimeStyle;
  readonly nowMs: number;
}

/** `INC-7  checkout p99 > 2 s                 CLOCK 12:31` */
export function clockTitle({ id, title, time, isRunning, isDrill, tone }: ClockView, width: number): Line {
  const right = [run(isRunning ? '  CLOCK  ' : '  stood still at  ', 'dim'), run(`${time} `, CLOCK_STYLES[tone])];
  const left = width - lineWidth(right);
  return [...fitLine([run(`${id}  `, 'strong'), ...(isDrill ? [run('DRILL  ', 'mark')] : []), run(title, 'title')], left), ...right];
}

/** For a panel: figures of five rows, what they count, the bar, the class so far. */
export function bigClock(clock: ClockView, look: ClockLook, height: number): readonly Line[] {
  const style = CLOCK_STYLES[clock.tone];
  const below = [
    ...progressLines(clock.progress, look, 2),
    EMPTY_LINE,
    ...classLines(clock, look.width, 3),
    EMPTY_LINE,
    ...searchLines(clock, look.width, 3),
  ];
  const isBig = height >= BIG_ROWS + below.length + 2;
  const figures = isBig ? bigText(clock.time).map((row): Line => [run(`  ${row}`, style)]) : [line(run(`  ${clock.time}`, style))];
  const what = clock.isRunning ? 'since the alert' : clock.time === '?' ? 'no alert was noted' : 'from the alert to the end of the search';
  return [...figures, line(run(`  ${what}`, 'dim')), EMPTY_LINE, ...below].slice(0, height);
}

/** `▓▓▓│▓▓▓▓░░░░  12:31 of 45:00, leaves moderate in 32:29`, or in two rows; the stroke stands at 5 minutes. */
export function progressLines(progress: Progress | undefined, { width, glyphs }: ClockLook, rows: 1 | 2): readonly Line[] {
  if (progress === undefined) return [line(run('  no clock: nobody noted when the alert came', 'info'))];
  const { leaves } = progress;
  const words = `  ${progress.text}${leaves === undefined ? '' : `, leaves ${leaves.class} in ${leaves.in}`}`;
  const cells = Math.max(10, rows === 2 ? width - 4 : Math.min(50, width - 3 - words.length));
  const at = Math.max(1, Math.round(progress.instantShare * cells));
  const style: Style = leaves?.class === 'instant' ? 'ok' : leaves === undefined ? 'bad' : 'warn';
  const drawn: Line = [run('  '), ...withStroke(bar(progress.share, cells, glyphs, style, true), at)];
  return rows === 2 ? [drawn, line(run(words))] : [[...drawn, run(words)]];
}

export function classLines({ classWords, tone, doubts }: ClockView, width: number, rows: number): readonly Line[] {
  return [
    ...wrapText(`so far ${classWords}`, width - 2, rows).map((text) => line(run(`  ${text}`, CLOCK_STYLES[tone]))),
    ...doubts.flatMap((doubt) => wrapText(`? ${doubt}`, width - 2, 2).map((text) => line(run(`  ${text}`, 'info')))),
  ];
}

/** Who looked where, and what was wrongly believed; without the names where there is one row. */
export function searchLines(clock: ClockView, width: number, rows: number): readonly Line[] {
  const { views, sinks, people, personMinutes, wrongHypothesisCount } = clock;
  const listed = (what: string, names: readonly string[]) =>
    `${names.length} ${what}${names.length === 1 ? '' : 's'}${names.length === 0 || rows === 1 ? '' : ` (${names.slice(0, 5).join(', ')}${names.length > 5 ? ' …' : ''})`}`;
  const told = [
    listed('view', views),
    listed('sink', sinks),
    `${people.length === 1 ? '1 person' : `${people.length} people`}, at most ${personMinutes} person-minutes`,
    `${wrongHypothesisCount} wrong hypothes${wrongHypothesisCount === 1 ? 'is' : 'es'}`,
  ].join('; ');
  return wrapText(told, width - 2, rows).map((text) => line(run(`  ${text}`, 'dim')));
}

/** The alert and the newest marks; what stands between gives way, then what they say in full. The awaited mark comes last. */
export function timelineLines(clock: ClockView, look: ClockLook, height: number): readonly Line[] {
  const whole = allOfTimeline(clock, look);
  if (whole.length <= height) return whole;
  const { timeline, awaited } = clock;
  const waiting = awaitedLines(awaited, look).slice(0, 1);
  const room = Math.max(1, height - waiting.length);
  const first = room >= 2 ? timeline.slice(0, 1) : [];
  const newest = timeline
    .slice(-Math.max(1, room >= 3 && timeline.length > room ? room - 2 : room - first.length))
    .filter((row) => !first.includes(row));
  const between = timeline.length - first.length - newest.length;
  return [
    ...first.map((row) => timelineLine(row, look)),
    ...(between > 0 && room >= 3 ? [line(run(`    … ${between} marks between; enter shows all`, 'dim'))] : []),
    ...newest.map((row) => timelineLine(row, look)),
    ...waiting,
  ].slice(0, Math.max(0, height));
}

export function allOfTimeline({ timeline, awaited }: ClockView, look: ClockLook): readonly Line[] {
  return [
    ...timeline.flatMap((row) => {
      const start = timelineStart(row, look);
      const used = lineWidth(start);
      const [first = '', ...others] = wrapText(detailOf(row), look.width - used, 6);
      return [[...start, run(first)] as Line, ...others.map((text) => line(' '.repeat(used), text))];
    }),
    ...awaitedLines(awaited, look),
  ];
}

export function otherOpenLine({ otherOpen }: RecoveryView, width: number): readonly Line[] {
  if (otherOpen.length === 0) return [];
  const names = otherOpen.map(({ id, title }) => `${id} ${cutText(title, 24)}`).join(', ');
  return [line(run(cutText(`  also open: ${names}   i shows the next`, width), 'warn'))];
}

const WHAT_WIDTH = 13;

function timelineLine(row: TimelineRow, look: ClockLook): Line {
  const start = timelineStart(row, look);
  return [...start, run(cutText(detailOf(row), look.width - lineWidth(start)))];
}

function timelineStart({ atMs, since, mark, what }: TimelineRow, { timeStyle, nowMs }: ClockLook): Line {
  return [
    run(`  ${mark} `, mark === '✗' ? 'warn' : 'strong'),
    run(fitText(what, WHAT_WIDTH)),
    run(` ${momentText(atMs, timeStyle, nowMs)}`, 'dim'),
    run(` ${since.padStart(7)}  `, 'strong'),
  ];
}

function detailOf({ detail, by }: TimelineRow): string {
  return `${cutText(by, 16)}${detail === '' ? '' : `: ${detail}`}`;
}

function awaitedLines(awaited: ClockView['awaited'], { width }: ClockLook): readonly Line[] {
  if (awaited === undefined) return [];
  const key = AWAITED_KEYS[awaited.what];
  const text = `${key === undefined ? '' : `press ${key}: `}${awaited.hint}`;
  // The clause behind the semicolon comes on a row of its own, which gives way where there is little room.
  const [need = '', ...rest] = text.split('; ');
  return [need, rest.join('; ')]
    .filter((part) => part !== '')
    .flatMap((part) => wrapText(part, width - WHAT_WIDTH - 5, 2))
    .map(
      (part, index): Line => [
        run(index === 0 ? '  ○ ' : '    '),
        run(fitText(index === 0 ? awaited.what : '', WHAT_WIDTH)),
        run(` ${part}`, 'dim'),
      ],
    );
}

const AWAITED_KEYS: Readonly<Record<string, string>> = { alert: '!', confirmed: 'c', recovered: 'R' };

function withStroke(cells: readonly Run[], at: number): readonly Run[] {
  let column = 0;
  return cells.flatMap((part): readonly Run[] => {
    const from = column;
    const characters = [...part.text];
    column += characters.length;
    if (at < from || at >= column) return [part];
    const inside = at - from;
    return [
      { ...part, text: characters.slice(0, inside).join('') },
      run('│', 'mark'),
      { ...part, text: characters.slice(inside + 1).join('') },
    ].filter(({ text }) => text !== '');
  });
}
