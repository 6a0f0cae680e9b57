/**
 * Brings frames to a terminal: each one whole, inside the marks of a synchronized update, and only what changed of it. A
 * terminal that does not keep up is left alone until it does; frames are skipped, never queued.
 */
import type { Line } from '../frame/line.ts';
import { createPainter, type PainterLook } from '../frame/painter.ts';

/** What is needed of `process.stdout`. */
export interface FrameTarget {
  readonly columns?: number;
  readonly rows?: number;
  readonly writableNeedDrain?: boolean;
  write(bytes: string): unknown;
}

export interface FrameWriter {
  readonly columns: number;
  readonly rows: number;
  /** Bytes written so far, and frames that were skipped because the terminal was behind. */
  readonly counts: { readonly bytes: number; readonly frames: number; readonly skipped: number };
  /** @returns false when the terminal is behind and nothing was written */
  show(lines: readonly Line[]): boolean;
  title(text: string): void;
  /** Clears, with the next frame, for a new size or a screen that something else wrote to. */
  startOver(): void;
}

export function createFrameWriter(target: FrameTarget, look: PainterLook): FrameWriter {
  const sizeNow = () => ({ columns: target.columns || 80, rows: target.rows || 24 });
  const painter = createPainter(sizeNow(), look);
  const counts = { bytes: 0, frames: 0, skipped: 0 };
  let clears = true;
  let shownTitle = '';

  const write = (bytes: string) => {
    counts.bytes += bytes.length;
    target.write(bytes);
  };

  return {
    get columns() {
      return painter.columns;
    },
    get rows() {
      return painter.rows;
    },
    counts,
    show(lines) {
      if (target.writableNeedDrain === true) {
        counts.skipped++;
        return false;
      }
      let start = '';
      if (clears) {
        const size = sizeNow();
        painter.cleared(size.columns, size.rows);
        start = CLEAR;
        clears = false;
      }
      const changes = painter.paint(lines);
      counts.frames++;
      if (start !== '' || changes !== '') write(BEGIN_UPDATE + start + changes + END_UPDATE);
      return true;
    },
    title(text) {
      if (text === shownTitle || target.writableNeedDrain === true) return;
      shownTitle = text;
      // xterm, "Operating System Commands", 2: the title of the window. No control may end it early.
      write(`\u001b]2;${text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ').slice(0, MOST_TITLE)}\u0007`);
    },
    startOver() {
      const size = sizeNow();
      painter.cleared(size.columns, size.rows);
      clears = true;
    },
  };
}

/** "Synchronized Output", mode 2026: shown at once when it ends; terminals that do not know it ignore it. */
const BEGIN_UPDATE = '\u001b[?2026h';
const END_UPDATE = '\u001b[?2026l';
const CLEAR = '\u001b[0m\u001b[2J';
const MOST_TITLE = 120;
