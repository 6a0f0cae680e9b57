/** The overview under keys, with a stand-in for the terminal: Ink writes every frame whole in its debug mode. */
import { EventEmitter } from 'node:events';
import { render } from 'ink';
import { afterEach, expect, test } from 'vitest';
import { overviewView } from '../../tui/src/model/overview-view.ts';
import { OverviewApp } from '../../tui/src/screens/overview-app.tsx';
import { finding, healthyReport, leakingReport } from '../support/sample-report.ts';

const VIEW = overviewView(leakingReport(), ['logs/']);

let unmount: (() => void) | undefined;
afterEach(() => unmount?.());

test('reading again shows the new report, and the cursor stays on its function and not on its row', async () => {
  const [first, second] = VIEW.rows.map(({ name }) => name);
  const later = overviewView({ ...healthyReport(), findings: [finding({ id: 'F-1', functionName: second!, headline: 'WORSE NOW' })] }, [
    'logs/',
  ]);
  const app = open(async () => later);
  app.press('\u001b[B');
  await app.until((lines) => chosenOf(lines).includes(second!));
  app.press('r');
  const lines = await app.until((shown) => shown.join('\n').includes('WORSE NOW'));
  expect(chosenOf(lines)).toContain(second);
  // It moved up, to the place of the one that hurt most before.
  expect(lines.findIndex((line) => line.includes(second!) && line.startsWith(' >'))).toBeLessThan(
    lines.findLastIndex((line) => line.includes(first!)),
  );
});

test('while a reading takes its time the screen says so, and a second r starts no second one', async () => {
  let readings = 0;
  let finish: () => void = () => {};
  const app = open(() => {
    readings++;
    return new Promise((resolve) => {
      finish = () => resolve(VIEW);
    });
  });
  app.press('r');
  await app.until((lines) => lines.join('\n').includes('READING AGAIN'));
  app.press('r');
  app.press('j');
  await app.until((lines) => chosenOf(lines).includes(VIEW.rows[1]!.name));
  finish();
  await app.until((lines) => !lines.join('\n').includes('READING AGAIN'));
  expect(readings).toBe(1);
});

test('the cursor stops at both ends', async () => {
  const app = open(async () => VIEW);
  for (let n = 0; n < 5; n++) app.press('j');
  await app.until((lines) => chosenOf(lines).includes(VIEW.rows.at(-1)!.name));
  for (let n = 0; n < 5; n++) app.press('k');
  await app.until((lines) => chosenOf(lines).includes(VIEW.rows[0]!.name));
});

test('a reading that breaks ends the screen with its error', async () => {
  const app = open(() => Promise.reject(new Error('the worker died')));
  app.press('r');
  await expect(app.ended).rejects.toThrow('the worker died');
});

test('q ends it', async () => {
  const app = open(async () => VIEW);
  app.press('q');
  await expect(app.ended).resolves.toBeUndefined();
});

function open(readAgain: Parameters<typeof OverviewApp>[0]['readAgain']) {
  const frames: string[] = [];
  const stdout = Object.assign(new EventEmitter(), {
    columns: 80,
    rows: 24,
    isTTY: true,
    write: (frame: string) => frames.push(frame) > 0,
  });
  const keys: string[] = [];
  const stdin = Object.assign(new EventEmitter(), {
    isTTY: true,
    read: () => keys.shift() ?? null,
    ...Object.fromEntries(['setEncoding', 'setRawMode', 'resume', 'pause', 'ref', 'unref'].map((name) => [name, () => {}])),
  });
  const app = render(<OverviewApp first={VIEW} color={false} readAgain={readAgain} />, {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stdin: stdin as unknown as NodeJS.ReadStream,
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  unmount = app.unmount;
  const ended = app.waitUntilExit();
  // Whoever does not look at the end is not told of it.
  ended.catch(() => {});
  return {
    ended,
    press: (key: string) => {
      keys.push(key);
      stdin.emit('readable');
    },
    until: async (holds: (lines: string[]) => boolean) => {
      for (;;) {
        const lines = (frames.at(-1) ?? '').split('\n');
        if (holds(lines)) return lines;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
  };
}

function chosenOf(lines: readonly string[]): string {
  return lines.find((line) => line.startsWith(' >')) ?? '';
}
