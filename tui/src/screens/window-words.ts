/** What charts over the window say alike: how long it is, its clock, and the letters of what changed. */
import type { Moment } from '@nightlight/analyzer';
import { displayWidth } from '@nightlight/analyzer/wording';
import type { ChartMark } from '../frame/chart.ts';
import { lineWidth } from '../frame/fit.ts';
import { EMPTY_LINE, type Line, line, type Run, run } from '../frame/line.ts';
import type { PictureWindow } from '../model/picture-window.ts';
import type { ScreenView } from '../model/screen.ts';

/** `15 min`, `1 h`, `91 min`: of what is known, which may be less than was asked for. */
export function windowWords({ first, last }: PictureWindow): string {
  const minutes = Math.max(0, last - first + 1);
  return minutes >= 60 && minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
}

/** `the last 1 h`, `1 h up to the moment looked at` */
export function stretchWords(window: PictureWindow, { atMs }: Pick<ScreenView, 'atMs'>): string {
  return atMs === undefined ? `the last ${windowWords(window)}` : `${windowWords(window)} up to the moment looked at`;
}

/** Below a list: what its figures are of, so that nobody takes them for those of another stretch. Loses whole clauses from its end. */
export function aboutLine(clauses: readonly string[], width: number): Line {
  for (let count = clauses.length; count > 0; count--) {
    const text = `    ${clauses.slice(0, count).join('; ')}`;
    if (displayWidth(text) <= width) return line(run(text, 'dim'));
  }
  return EMPTY_LINE;
}

/** The title of a chart loses whole clauses from its end, behind a comma or three blanks: half a legend explains nothing. */
export function chartTitle(given: Line, width: number): Line {
  const clauses: Run[][] = [[]];
  for (const { text, ...part } of given) {
    for (const [index, words] of text.split(/(?=, | {3}\S)/).entries()) {
      const isNext = index > 0 || /^(?:, | {3}\S)/.test(words);
      if (isNext) clauses.push([]);
      clauses.at(-1)!.push({ ...part, text: words });
    }
  }
  while (clauses.length > 1 && lineWidth(clauses.flat()) > width) clauses.pop();
  return clauses.flat();
}

/** `   last minute: 12 s so far`: its fall is not the end of what hurts. Where there is no room, it is what is left out. */
export function unfinishedWords({ unfinishedSeconds }: PictureWindow): string {
  return unfinishedSeconds === undefined ? '' : `   last minute: ${unfinishedSeconds} s so far`;
}

/** Both ends and the middle, in UTC. */
export function clockLabels({ first, last }: PictureWindow): readonly { readonly x: number; readonly text: string }[] {
  const clock = (minute: number) => new Date(minute * MINUTE_MS).toISOString().slice(11, 16);
  const middle = Math.floor((first + last) / 2);
  return [
    { x: first, text: clock(first) },
    ...(last - first > 4 ? [{ x: middle, text: clock(middle) }] : []),
    { x: last, text: `${clock(last)} UTC` },
  ];
}

export function chartMarks(moments: readonly Moment[]): readonly ChartMark[] {
  return moments.flatMap(({ kind, atMs }) => {
    const letter = LETTERS.find(([of]) => of === kind)?.[1];
    return letter === undefined ? [] : [{ x: atMs / MINUTE_MS, letter, style: 'mark' }];
  });
}

/** `   a alert   d deploy`: only what is there. */
export function marksLegend(moments: readonly Moment[]): string {
  return LETTERS.flatMap(([kind, letter, word]) => (moments.some((moment) => moment.kind === kind) ? [`   ${letter} ${word}`] : [])).join(
    '',
  );
}

const MINUTE_MS = 60_000;
const LETTERS: readonly (readonly [Moment['kind'], string, string])[] = [
  ['alert', 'a', 'alert'],
  ['deploy', 'd', 'deploy'],
  ['kill', 'x', 'killed'],
];
