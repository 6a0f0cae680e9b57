/** A dashboard in which something fails that nobody catches; started by a test in a terminal. */
import { EMPTY_LINE, line } from '../../tui/src/frame/line.ts';
import { paintsOf } from '../../tui/src/frame/theme.ts';
import type { Screen } from '../../tui/src/model/screen.ts';
import { runShell } from '../../tui/src/shell/run-shell.ts';

const screen: Screen = {
  id: 'overview',
  tab: 'Over',
  title: 'Overview',
  start: undefined,
  rows: () => [],
  draw: () => [line('about to fail')],
  why: () => '',
  next: () => '',
};

void runShell(
  process,
  {
    look: { paints: paintsOf('safe', '256'), asciiOnly: false },
    glyphs: 'braille',
    framesPerSecond: 4,
    start: 'overview',
    nowMs: Date.now,
    opening: 'opening',
  },
  async () => {
    setTimeout(() => {
      throw new Error('nobody caught this');
    }, 300);
    const report = { input: { eventCount: 0 }, dataQuality: { droppedRecords: 0 } };
    const picture = { report, sources: [], minutes: { gaps: [] }, moments: [], dropped: [], nowMs: 0 } as never;
    return {
      source: { picture: () => picture, lines: async () => [], onChange: () => () => {} },
      screens: [screen],
      headline: () => EMPTY_LINE,
    };
  },
);
