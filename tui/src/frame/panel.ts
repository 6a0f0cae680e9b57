/** Boxes with a title, and boxes side by side, for terminals that have the room. */
import { cutText, fitLine, lineWidth } from './fit.ts';
import { EMPTY_LINE, type Line, run } from './line.ts';

/** @returns exactly `height` lines of `width` columns, border included; lines that do not fit are left out */
export function panel(title: string, lines: readonly Line[], width: number, height: number): readonly Line[] {
  const inner = width - 4;
  if (inner < 1 || height < 3) {
    return Array.from({ length: Math.max(0, height) }, (_, row) => fitLine(lines[row] ?? EMPTY_LINE, Math.max(0, width)));
  }
  const head = [run('┌─', 'frame'), ...(title === '' ? [] : [run(` ${cutText(title, inner - 2)} `, 'title')])];
  return [
    [...head, run(`${'─'.repeat(Math.max(0, width - 1 - lineWidth(head)))}┐`, 'frame')],
    ...Array.from({ length: height - 2 }, (_, row) => [
      run('│ ', 'frame'),
      ...fitLine(lines[row] ?? EMPTY_LINE, inner),
      run(' │', 'frame'),
    ]),
    [run(`└${'─'.repeat(width - 2)}┘`, 'frame')],
  ];
}

/** @returns blocks of lines next to each other; each block's lines must be as wide as the block */
export function beside(...blocks: readonly (readonly Line[])[]): readonly Line[] {
  const height = Math.max(0, ...blocks.map((block) => block.length));
  return Array.from({ length: height }, (_, row) => blocks.flatMap((block) => block[row] ?? EMPTY_LINE));
}
