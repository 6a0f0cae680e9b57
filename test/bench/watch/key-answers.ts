/**
 * From a key to the changed screen while the analysis takes in 20,000 lines a second in the same thread: the time a key was
 * due at, so that what the loop was busy with counts, to the bytes for the terminal.
 */

import { EventEmitter } from 'node:events';
import { writeFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { follow } from '../../../analyzer/src/live/index.ts';
import { paintsOf } from '../../../tui/src/frame/theme.ts';
import { headlineOf, OVERVIEW } from '../../../tui/src/screens/overview.ts';
import { runShell } from '../../../tui/src/shell/run-shell.ts';
import { busySystem } from './load.mjs';

const [functions, seconds, resultFile] = [Number(process.argv[3]), Number(process.argv[4]), process.argv[5]!];
const next = busySystem({ functions });
const LINES_A_TICK = 1000;
const TICK_MS = 50;
const KEY_EVERY_MS = 37;

const stream = new PassThrough({ highWaterMark: 64 * 1024 * 1024 });
const live = follow([{ kind: 'stream', stream }]);
let bytes = 0;
const stdout = Object.assign(new EventEmitter(), {
  columns: 120,
  rows: 40,
  write(chunk: string) {
    bytes += chunk.length;
    return true;
  },
});
const stdin = Object.assign(new EventEmitter(), { resume() {}, pause() {} });
void runShell(
  { stdin, stdout },
  {
    look: { paints: paintsOf('safe', '256'), asciiOnly: false },
    glyphs: 'braille',
    framesPerSecond: 4,
    start: 'overview',
    nowMs: Date.now,
    opening: 'bench',
  },
  async () => ({ source: live, screens: [OVERVIEW], headline: headlineOf }),
);

const feed = setInterval(() => stream.write(next(LINES_A_TICK)), TICK_MS);
const answers: number[] = [];
const startedMs = performance.now() + 1500;
let due = startedMs;
press();

function press(): void {
  const now = performance.now();
  while (due <= now) {
    const before = bytes;
    // Another window: header and body are made anew, so every press changes the screen, whatever the data does.
    stdin.emit('data', Buffer.from('w'));
    if (bytes > before) answers.push(performance.now() - due);
    due += KEY_EVERY_MS;
  }
  if (now - startedMs < seconds * 1000) {
    setTimeout(press, Math.max(0, due - performance.now()));
    return;
  }
  clearInterval(feed);
  answers.sort((a, b) => a - b);
  const at = (share: number) => answers[Math.min(answers.length - 1, Math.floor(answers.length * share))];
  writeFileSync(
    resultFile,
    JSON.stringify({ count: answers.length, p50Ms: at(0.5), p99Ms: at(0.99), eventCount: live.picture().report.input.eventCount }),
  );
  process.exit(0);
}
