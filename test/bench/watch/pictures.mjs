/**
 * What a picture costs while a busy system is taken in: processor time of the thread that makes it, a quarter of a second of
 * 20,000 lines a second apart; printed as JSON.
 *
 *   node test/bench/watch/pictures.mjs FUNCTIONS KINDS LINES
 */
import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { follow } from '../../../analyzer/dist/live/index.js';
import { busySystem } from './load.mjs';

const [functions, kinds, lineCount] = process.argv.slice(2).map(Number);
const LINES_A_PICTURE = 5_000;
const stream = new PassThrough({ highWaterMark: 64 * 1024 * 1024 });
let nowMs = Date.UTC(2026, 10, 21, 2);
const live = follow([{ kind: 'stream', stream }], { now: () => nowMs });
const next = busySystem({ functions, kinds });
const pictures = [];
const holds = [];
let takenMs = 0;
const from = process.cpuUsage();
for (let given = 0; given < lineCount; given += LINES_A_PICTURE) {
  const before = process.cpuUsage();
  nowMs += 250;
  stream.write(next(LINES_A_PICTURE, nowMs));
  await live.caughtUp();
  takenMs += spent(before);
  const at = process.cpuUsage();
  holds.push(await longestHold(live.pictureInSteps()));
  pictures.push(spent(at));
}
const all = spent(from);
const { report } = live.picture();
const told = {
  eventCount: report.input.eventCount,
  functionCount: report.functions.length,
  findingCount: report.findings.length,
  medianMs: at(pictures, 0.5),
  lateMedianMs: at(pictures.slice(-Math.ceil(pictures.length / 4)), 0.5),
  p95Ms: at(pictures, 0.95),
  worstMs: Math.max(...pictures),
  holdMedianMs: at(holds, 0.5),
  holdP95Ms: at(holds, 0.95),
  takenUsPerLine: (takenMs * 1000) / lineCount,
  allMs: all,
  memory: process.memoryUsage(),
};
process.stdout.write(`${JSON.stringify(told)}\n`, () => process.exit());

/** Processor time of the longest stretch in which nobody else, such as a key, had a turn. */
async function longestHold(picture) {
  let isMade = false;
  void picture.then(() => {
    isMade = true;
  });
  let longest = 0;
  while (!isMade) {
    const from = process.cpuUsage();
    await setImmediate();
    longest = Math.max(longest, spent(from));
  }
  return longest;
}

function spent(since) {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

function at(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
