/** The moving picture at the head of the documentation: the recorded incident, as the dashboard shows it at chosen moments. */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { follow } from '../../analyzer/src/live/index.ts';
import type { Screen } from '../../tui/src/model/screen.ts';
import { FAILURES } from '../../tui/src/screens/failures.ts';
import { MEMORY } from '../../tui/src/screens/memory.ts';
import { headlineOf, OVERVIEW } from '../../tui/src/screens/overview.ts';
import { oneFrame } from '../../tui/src/shell/one-frame.ts';
import { expectMovingPicture } from '../support/screen-picture.ts';

const [COLUMNS, ROWS] = [110, 32];
const SCREENS = [OVERVIEW, MEMORY, FAILURES] as readonly Screen[];

test('docs/screens/demo.svg shows the incident from a quiet minute to its cause', async () => {
  process.chdir(fileURLToPath(new URL('../..', import.meta.url)));
  // The wall clock stands still: nothing of the picture may depend on how fast this machine is.
  const live = follow({ kind: 'replay', paths: ['fixtures/demo/*.gz'], speed: 60 }, { now: () => Date.UTC(2026, 10, 21, 3) });
  const frames: Awaited<ReturnType<typeof oneFrame>>[] = [];
  const at = async (time: string, screen: Screen) => {
    await live.replay!.seek(Date.parse(`2026-11-21T${time}Z`));
    const picture = live.picture();
    frames.push(
      oneFrame({
        picture,
        screen,
        screens: SCREENS,
        headline: headlineOf(picture),
        width: COLUMNS,
        height: ROWS,
        glyphs: 'braille',
        wallMs: picture.nowMs,
      }),
    );
    return picture.report.findings.map(({ headline, functionName }) => `${headline} ${functionName}`);
  };
  expect(await at('01:45:30', OVERVIEW as Screen)).toEqual([]);
  await at('01:49:40', OVERVIEW as Screen);
  await at('01:53:30', FAILURES as Screen);
  await at('01:56:30', MEMORY as Screen);
  // It has died and was started again: a few good minutes.
  expect(await at('02:00:00', OVERVIEW as Screen)).toContain('DIED AT WORK pricing');
  await at('02:05:00', MEMORY as Screen);
  expect(await at('02:09:00', OVERVIEW as Screen)).toContain('GROWING pricing');
  await live.finish();
  await expectMovingPicture('demo', 'nightlight demo: checkout is paged for, and pricing leaks', frames, COLUMNS, 4);
});
