/** A picture in steps: keys have their turn in between, and nothing that comes meanwhile is lost or counted twice. */
import { afterEach, expect, test, vi } from 'vitest';
import { follow, type LiveFeed } from '../../analyzer/src/live/index.ts';

const STREAM = { logGroup: '/aws/lambda/checkout', logStream: '2026/11/21/[1]aaaabbbbccccddddeeeeffff00001111' };
const START_MS = Date.UTC(2026, 10, 21, 2);

async function watched() {
  let given: LiveFeed | undefined;
  const live = follow(
    [
      {
        kind: 'feed',
        name: 'feed',
        async start(feed) {
          given = feed;
          return async () => {};
        },
      },
    ],
    { now: () => START_MS + 600_000 },
  );
  await live.caughtUp();
  return { live, feed: given! };
}

function give({ sink }: LiveFeed, from: number, count: number): void {
  for (let n = from; n < from + count; n++) {
    const id = `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
    const stream = sink.stream(STREAM);
    const atMs = START_MS + n * 100;
    for (const text of [
      `START RequestId: ${id} Version: 1\n`,
      `REPORT RequestId: ${id}\tDuration: 12.50 ms\tBilled Duration: 13 ms\tMemory Size: 512 MB\tMax Memory Used: 90 MB\t\n`,
    ]) {
      const bytes = Buffer.from(text);
      sink.event(stream, atMs, bytes, 0, bytes.length, 0);
    }
  }
}

function invocationCount({ report }: { readonly report: { readonly functions: readonly { readonly invocationCount: number }[] } }): number {
  return report.functions.reduce((sum, one) => sum + one.invocationCount, 0);
}

test('a picture that is made in steps is the one that is made at once', async () => {
  const [inSteps, atOnce] = [await watched(), await watched()];
  for (const { feed } of [inSteps, atOnce]) {
    give(feed, 0, 3_000);
    feed.arrived();
  }
  const made = await inSteps.live.pictureInSteps!();
  expect(made).toEqual(atOnce.live.picture());
  expect(inSteps.live.picture()).toBe(made);
  await Promise.all([inSteps.live.finish(), atOnce.live.finish()]);
});

afterEach(() => {
  vi.restoreAllMocks();
});

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** By this clock every step takes long enough for the loop to turn behind it, however fast the machine is. */
function withSlowSteps(): void {
  let nowMs = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => (nowMs += 50));
}

/** Settles while a picture is being made. */
async function held(feed: LiveFeed): Promise<void> {
  while (feed.ready() === undefined) await nextTurn();
}

test('others have their turn between the steps, and what is given then is in the next picture, whole', async () => {
  const { live, feed } = await watched();
  give(feed, 0, 3_000);
  withSlowSteps();
  const making = live.pictureInSteps!();
  await held(feed);
  give(feed, 3_000, 500);
  const before = await making;
  const after = await live.pictureInSteps!();
  expect([invocationCount(before), invocationCount(after)]).toEqual([3_000, 3_500]);
  await live.finish();
});

test('a receiver is asked to wait while a picture is made, and goes on afterwards', async () => {
  const { live, feed } = await watched();
  give(feed, 0, 3_000);
  expect(feed.ready()).toBeUndefined();
  withSlowSteps();
  const making = live.pictureInSteps!();
  await nextTurn();
  await held(feed);
  let hasGoneOn = false;
  void feed.ready()!.then(() => {
    hasGoneOn = true;
  });
  await nextTurn();
  expect(hasGoneOn).toBe(false);
  await making;
  vi.restoreAllMocks();
  await nextTurn();
  expect(hasGoneOn).toBe(true);
  expect(feed.ready()).toBeUndefined();
  await live.finish();
});

test('who asks for a picture and leaves gets it, and nothing is left under way', async () => {
  const { live, feed } = await watched();
  give(feed, 0, 1_000);
  const picture = live.pictureInSteps!();
  await live.stop();
  expect(invocationCount(await picture)).toBe(1_000);
  expect(invocationCount(live.picture())).toBe(1_000);
});
