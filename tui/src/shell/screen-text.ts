/** A frame as it stays in the scrollback, or where nothing can be drawn over: row below row. */
import type { Line } from '../frame/line.ts';
import { type PainterLook, rowBytes } from '../frame/painter.ts';

/** @returns lines, the last one ended */
export function screenText(lines: readonly Line[], columns: number, look: PainterLook): string {
  return lines.map((each) => `${rowBytes(each, columns, look)}\n`).join('');
}
