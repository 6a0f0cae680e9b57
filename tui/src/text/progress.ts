/** Progress on a terminal: one line on standard error, only when the work takes long enough to wonder about. */
import type { Progress } from '@nightlight/analyzer';
import type { World } from '../world.ts';
import { progressLine } from './progress-line.ts';

export interface ProgressDisplay {
  readonly show: (progress: Progress) => void;
  /** Wipes the line, for good; nothing of it stays in the scrollback. */
  readonly clear: () => void;
}

export function progressDisplay(world: World): ProgressDisplay {
  const { stderr } = world;
  if (!stderr.isTerminal) return { show: () => {}, clear: () => {} };
  const startedMs = world.nowMs();
  let shownMs = Number.NEGATIVE_INFINITY;
  let isShown = false;
  let isOver = false;
  return {
    show: (progress) => {
      const now = world.nowMs();
      if (isOver || now - startedMs < QUIET_MS || now - shownMs < BETWEEN_MS) return;
      shownMs = now;
      isShown = true;
      stderr.write(`\r\u001b[2K${progressLine(progress, now - startedMs).slice(0, (stderr.columns ?? 80) - 1)}`);
    },
    clear: () => {
      if (isShown) stderr.write('\r\u001b[2K');
      isShown = false;
      // Interrupted work may go on for a moment; it has nothing to say any more.
      isOver = true;
    },
  };
}

/** Faster than this, a line would only flicker. */
const QUIET_MS = 300;
const BETWEEN_MS = 100;
