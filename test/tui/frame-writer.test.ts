/** What reaches the terminal: the right screen, from the difference alone, whatever the rows hold. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Line, run, STYLES, textOf } from '../../tui/src/frame/line.ts';
import { createPainter } from '../../tui/src/frame/painter.ts';
import { paintsOf, THEME_NAMES } from '../../tui/src/frame/theme.ts';
import { createFrameWriter } from '../../tui/src/terminal/frame-writer.ts';
import { type TerminalScreen, terminalScreen } from '../support/terminal-screen.ts';

const LOOK = { paints: paintsOf('safe', 'full'), asciiOnly: false };

const hostile = fc.string({
  unit: fc.constantFrom(
    'a',
    'b',
    ' ',
    ' ',
    '漢',
    '字',
    'é',
    'e\u0301',
    '👍',
    '⣿',
    '─',
    '\u001b[2J',
    '\u001b]2;x\u0007',
    '\n',
    '\t',
    '\u202e',
    '\u200b',
    '\ud800',
    '\u009b',
    'क',
    'ि',
  ),
  maxLength: 40,
});
const aRun = fc.record({ text: hostile, style: fc.constantFrom(...STYLES), isSelected: fc.boolean() });
const aFrame = fc.array(fc.array(aRun, { maxLength: 4 }), { maxLength: 12 });

test('a frame drawn from the difference shows what a frame drawn whole shows, at every size', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(aFrame, { minLength: 2, maxLength: 5 }),
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 12 }),
      async (frames, columns, rows) => {
        const bySteps = terminalScreen(columns, rows);
        const painter = createPainter({ columns, rows }, LOOK);
        // As on the real terminal: nothing wraps.
        await bySteps.write('\u001b[?7l');
        for (const frame of frames) await bySteps.write(painter.paint(frame as Line[]));
        const atOnce = terminalScreen(columns, rows);
        await atOnce.write(`\u001b[?7l${createPainter({ columns, rows }, LOOK).paint(frames.at(-1) as Line[])}`);
        expect(bySteps.cells()).toEqual(atOnce.cells());
        expect(bySteps.title).toBe('');
        bySteps.dispose();
        atOnce.dispose();
      },
    ),
    { numRuns: 150, examples: [[[[[run('👍👍', 'frame')]], [[run('👍', 'frame')]]], 4, 1]] },
  );
});

test('a wide letter in the last two columns stands there, and leaves with the frame that has none', async () => {
  const screen = terminalScreen(4, 1);
  const painter = createPainter({ columns: 4, rows: 1 }, LOOK);
  await screen.write('\u001b[?7l');
  await screen.write(painter.paint([[run('👍漢')]]));
  expect(screen.lines()).toEqual(['👍 漢']);
  await screen.write(painter.paint([[run('ab👍')]]));
  expect(screen.lines()).toEqual(['ab👍']);
  await screen.write(painter.paint([[run('👍')]]));
  expect(screen.lines()).toEqual(['👍']);
  screen.dispose();
});

test('plain rows stand on the screen as they were given', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: fc.constantFrom('a', 'Z', ' ', '⣿', '─', 'é', '漢'), maxLength: 19 }), { minLength: 4, maxLength: 4 }),
      async (texts) => {
        const screen = terminalScreen(40, 4);
        await screen.write(createPainter({ columns: 40, rows: 4 }, LOOK).paint(texts.map((text) => [run(text, 'bad')])));
        expect(screen.lines()).toEqual(texts.map((text) => text.trimEnd()));
        screen.dispose();
      },
    ),
    { numRuns: 50 },
  );
});

test('nothing changed, nothing is sent; one cell changed, one cell is sent', () => {
  const painter = createPainter({ columns: 40, rows: 3 }, LOOK);
  painter.paint([[run('checkout  412')], [run('pricing   201')]]);
  expect(painter.paint([[run('checkout  412')], [run('pricing   201')]])).toBe('');
  expect(painter.paint([[run('checkout  413')], [run('pricing   201')]])).toBe('\u001b[1;13H3');
});

test('a row that became shorter is erased to its end, not over its beginning', () => {
  const painter = createPainter({ columns: 40, rows: 1 }, LOOK);
  painter.paint([[run('checkout waits on pricing')]]);
  expect(painter.paint([[run('checkout')]])).toBe('\u001b[1;10H\u001b[K');
});

test('an escape sequence in a row is shown and not obeyed', async () => {
  const screen = terminalScreen(40, 2);
  await screen.write(createPainter({ columns: 40, rows: 2 }, LOOK).paint([[run('before')], [run('x\u001b[2J\u001b]2;owned\u0007y')]]));
  expect(screen.lines()).toEqual(['before', 'x�[2J�]2;owned�y']);
  expect(screen.title).toBe('');
  screen.dispose();
});

test('with ASCII alone every byte is ASCII and every column keeps its place', async () => {
  const screen = terminalScreen(40, 2);
  const bytes = createPainter({ columns: 40, rows: 2 }, { paints: paintsOf('safe', 'none'), asciiOnly: true }).paint([
    [run('┌─ 漢字 ─┐ ▁▄█ 5 µs …')],
    [run('│ é | x')],
  ]);
  expect(bytes).toMatch(/^[\x1b\x20-\x7e]*$/);
  await screen.write(bytes);
  expect(screen.lines()).toEqual(['+- ???? -+ _=# 5 us .', '| ? | x']);
  screen.dispose();
});

test('without colour no colour is sent, in every theme', () => {
  for (const theme of THEME_NAMES) {
    const painter = createPainter({ columns: 80, rows: STYLES.length }, { paints: paintsOf(theme, 'none'), asciiOnly: false });
    expect(painter.paint(STYLES.map((style) => [{ ...run('x', style), isSelected: true }]))).not.toContain('m');
  }
});

test('red stands for nothing but what is bad', () => {
  const isRed = (paint: string) => {
    const [, red, green, blue] = /38;2;(\d+);(\d+);(\d+)/.exec(paint) ?? [];
    return Number(red) > 150 && Number(green) < 110 && Number(blue) < 110 && Number(green) - Number(blue) < 60;
  };
  for (const theme of THEME_NAMES) {
    const paints = paintsOf(theme, 'full');
    expect(STYLES.filter((_, index) => isRed(paints[index]!))).toEqual(['bad']);
  }
});

test('more letters with accents than there is room for are still shown right', async () => {
  const columns = 60;
  const screen = terminalScreen(columns, 20);
  const painter = createPainter({ columns, rows: 20 }, LOOK);
  let next = 0;
  let last: Line[] = [];
  for (let frame = 0; frame < 8; frame++) {
    // 1,200 letters a frame that were never seen before.
    last = Array.from({ length: 20 }, () => [
      run(
        Array.from({ length: columns }, () =>
          String.fromCodePoint(0x4e + (next % 20), 0x300 + (next++ % 90), 0x300 + (Math.floor(next / 90) % 90)),
        ).join(''),
      ),
    ]);
    await screen.write(painter.paint(last));
  }
  expect(screen.lines()).toEqual(last.map(textOf));
  screen.dispose();
});

test('a terminal that is behind is left alone, and gets the newest frame when it has caught up', async () => {
  const { target, screen } = fakeTarget(20, 3);
  const writer = createFrameWriter(target, LOOK);
  writer.show([[run('one')]]);
  target.writableNeedDrain = true;
  expect(writer.show([[run('two')]])).toBe(false);
  target.writableNeedDrain = false;
  writer.show([[run('three')]]);
  await target.settled();
  expect(screen.lines()[0]).toBe('three');
  expect(writer.counts.skipped).toBe(1);
});

test('it clears at the start and for a new size, and never else', async () => {
  const { target, screen } = fakeTarget(20, 3);
  const writer = createFrameWriter(target, LOOK);
  for (let n = 0; n < 50; n++) writer.show([[run(`frame ${n}`)], [run('x'.repeat(n % 20))]]);
  expect(target.bytes.split('\u001b[2J')).toHaveLength(2);
  target.columns = 30;
  target.rows = 5;
  screen.resize(30, 5);
  writer.startOver();
  writer.show([[run('after')], [run('y'.repeat(30))], [], [], [run('last row')]]);
  await target.settled();
  expect(target.bytes.split('\u001b[2J')).toHaveLength(3);
  expect(screen.lines()).toEqual(['after', 'y'.repeat(30), '', '', 'last row']);
  // Each frame is one synchronized update, so no half of one is ever seen.
  expect(target.bytes.match(/\u001b\[\?2026h/g)!.length).toBe(target.bytes.match(/\u001b\[\?2026l/g)!.length);
});

test('a title cannot be ended early by what stands in it', async () => {
  const { target, screen } = fakeTarget(20, 3);
  createFrameWriter(target, LOOK).title('! checkout\u0007\u001b[2Jx');
  await target.settled();
  expect(screen.title).toBe('! checkout  [2Jx');
});

function fakeTarget(columns: number, rows: number) {
  const screen: TerminalScreen = terminalScreen(columns, rows);
  let done = Promise.resolve();
  const target = {
    columns,
    rows,
    writableNeedDrain: false,
    bytes: '',
    write(bytes: string) {
      target.bytes += bytes;
      done = done.then(() => screen.write(bytes));
    },
    settled: () => done,
  };
  return { target, screen };
}
