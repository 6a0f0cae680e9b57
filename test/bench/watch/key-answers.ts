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

const [seconds, resultFile] = [Number(process.argv[4]), process.argv[5]!];
const LINES_A_TICK = 1000;
const TICK_MS = 50;
const KEY_EVERY_MS = 37;

const stream = new PassThrough({ highWaterMark: 64 * 1024 * 1024 });
const live = follow([{ kind: 'stream', stream }], { functionName: 'checkout' });
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

let request = 0;
const feed = setInterval(() => stream.write(lines()), TICK_MS);
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

/** As `aws logs tail --format detailed` prints them: START, END and REPORT of requests in ten streams. */
function lines(): string {
  const out: string[] = [];
  const at = new Date().toISOString().replace('Z', '000+00:00');
  for (let n = 0; n < LINES_A_TICK; n += 4) {
    request++;
    const id = `00000000-0000-4000-8000-${request.toString(16).padStart(12, '0')}`;
    const head = `${at} 2026/11/21/[42]${(request % 10).toString(16).padStart(32, '0')}`;
    const ms = 20 + (request % 300);
    out.push(
      `${head} START RequestId: ${id} Version: 42`,
      `${head} ${at}\t${id}\t${request % 50 === 0 ? 'ERROR' : 'INFO'}\torder ${request} was ${request % 50 === 0 ? 'refused' : 'taken'}`,
      `${head} END RequestId: ${id}`,
      `${head} REPORT RequestId: ${id}\tDuration: ${ms}.00 ms\tBilled Duration: ${ms} ms\tMemory Size: 512 MB\tMax Memory Used: ${100 + (request % 40)} MB\t`,
    );
  }
  return `${out.join('\n')}\n`;
}
