/** What comes in takes its share of each turn of the loop, and no more: a key is looked at between two turns. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { follow } from '../../analyzer/src/live/index.ts';
import { Intake } from '../../analyzer/src/live/intake.ts';
import type { Steps } from '../../analyzer/src/steps.ts';

/** More than any share of a turn. */
function busyMs(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test('who has given for as long as its share goes on in the next turn', async () => {
  const intake = new Intake(() => undefined);
  expect(intake.ready()).toBeUndefined();
  busyMs(20);
  const wait = intake.ready();
  expect(wait).toBeInstanceOf(Promise);
  let others = 0;
  setImmediate(() => others++);
  await wait;
  expect(others).toBe(0);
  expect(intake.ready()).toBeUndefined();
});

test('those that waited for the same turn share it', async () => {
  const intake = new Intake(() => undefined);
  intake.hold();
  const given: string[] = [];
  const give = async (name: string) => {
    for (let wait = intake.ready(); wait !== undefined; wait = intake.ready()) await wait;
    given.push(name);
    busyMs(20);
  };
  const all = Promise.all([give('first'), give('second')]);
  intake.goOn();
  let afterOneTurn = 0;
  setImmediate(() => {
    afterOneTurn = given.length;
  });
  await all;
  expect(given).toEqual(['first', 'second']);
  expect(afterOneTurn).toBe(1);
});

test('room is made before the next portion, over as many turns as it needs', async () => {
  let left = 5;
  function* room(): Steps<void> {
    while (left > 0) {
      busyMs(20);
      left--;
      yield;
    }
  }
  const steps = room();
  const intake = new Intake(() => (left > 0 ? steps : undefined));
  let turns = 0;
  const count = setInterval(() => turns++, 1);
  for (let wait = intake.ready(); wait !== undefined; wait = intake.ready()) await wait;
  clearInterval(count);
  expect(left).toBe(0);
  expect(turns).toBeGreaterThan(0);
});

test('a burst that overflows the table of facts is counted whole, with others between its portions', async () => {
  const stream = new PassThrough({ highWaterMark: 64 * 1024 * 1024 });
  const live = follow([{ kind: 'stream', stream }], { now: () => START_MS + 600_000 });
  stream.write(linesOf(0, 20_000));
  let turns = 0;
  let isThrough = false;
  const turn = () => {
    turns++;
    if (!isThrough) setImmediate(turn);
  };
  setImmediate(turn);
  await live.caughtUp();
  isThrough = true;
  await live.finish();
  const { report } = live.picture();
  expect(report.functions.map(({ invocationCount }) => invocationCount)).toEqual([20_000]);
  expect(report.input.eventCount).toBe(40_000);
  expect(turns).toBeGreaterThan(2);
});

const START_MS = Date.UTC(2026, 10, 21, 2);

/** Of two sandboxes, as `aws logs tail` mixes them: some lines come late. */
function linesOf(from: number, count: number): string {
  const lines: string[] = [];
  for (let n = from; n < from + count; n++) {
    const at = new Date(START_MS + n * 2 - (n % 7 === 0 ? 40 : 0)).toISOString().replace('Z', '000+00:00');
    const head = `${at} 2026/11/21/checkout[1]aaaabbbbccccddddeeeeffff0000${n % 2 === 0 ? '1111' : '2222'}`;
    const id = `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
    lines.push(
      `${head} START RequestId: ${id} Version: 1\n`,
      `${head} REPORT RequestId: ${id}\tDuration: 12.50 ms\tBilled Duration: 13 ms\tMemory Size: 512 MB\tMax Memory Used: 90 MB\t\n`,
    );
  }
  return lines.join('');
}
