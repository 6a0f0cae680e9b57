/**
 * A runtime client's loop around a handler, with the probe's bundled part listening: in which order a response leaves
 * and memory is collected. The loops are those of aws-lambda-ric: 4 (a turn, then the post, then the next invocation in the same
 * turn), 3 (post at once, next invocation in the next turn), and 3 with a callback (post once the loop is empty).
 *
 * argv: part, client (`4`, `3`, `3-callback` or `server`). Prints one word for each thing that happened.
 */
import { createRequire } from 'node:module';
import { getHeapStatistics } from 'node:v8';

const [part, client] = process.argv.slice(2);
const INVOCATIONS = 400;
const say = (word) => process.stdout.write(`${word}\n`);
// Found by the part as if Node had been started with --expose-gc; a bound function calls itself native.
globalThis.gc = ((minor) => minor || say('collect')).bind(undefined);

const kept = [];
const workListeners = [];
createRequire(import.meta.url)(part).startProbing({
  settings: { probe: true },
  quietly: (_what, hook) => hook(),
  isOn: () => true,
  writeLine: () => {},
  note: () => {},
  workListeners,
});

let number = 0;
const post = () => say('posted');
/** The end of a work, as the agent hears of it: before the client does. */
function ended() {
  for (let i = 0; i < 100; i++) kept.push({ number, i, text: `row ${number} ${i}` });
  JSON.parse(JSON.stringify(kept.slice(-5000)));
  const { used_heap_size, external_memory } = getHeapStatistics();
  const route = client === 'server' ? 'GET /' : undefined;
  for (const listener of workListeners) {
    listener({ number, durationMs: 1000, route, heapUsedBytes: used_heap_size, externalBytes: external_memory });
  }
}
async function handler() {
  say('handler');
  await undefined;
  ended();
}

// Client 3 keeps here what it does once the loop is empty, and nothing once a response is posted.
const WHEN_IDLE = Symbol.for('aws.lambda.beforeExit');
const whenIdle = (listener) => {
  globalThis[WHEN_IDLE] = listener;
};
const rest = () => whenIdle(() => {});
if (client.startsWith('3')) process.on('beforeExit', () => globalThis[WHEN_IDLE]());

const loops = {
  async 4() {
    for (number = 1; number <= INVOCATIONS; number++) {
      await handler();
      await new Promise((resolve) => setImmediate(resolve));
      post();
      say('next');
      // The next event comes over the network, turns later; a timer alone can be due in the very next turn of a slow machine.
      for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  },
  3() {
    if (++number > INVOCATIONS) return rest();
    whenIdle(() => say('never'));
    handler().then(() => {
      rest();
      post();
      setImmediate(() => {
        say('next');
        setTimeout(loops[3], 1);
      });
    });
  },
  '3-callback'() {
    if (++number > INVOCATIONS) return rest();
    say('handler');
    // A callback handler often calls back while something is still going on: the client waits for its end.
    setTimeout(() => say('finished'), 2);
    ended();
    whenIdle(() => {
      setImmediate(() => {
        post();
        setImmediate(() => {
          say('next');
          setTimeout(loops['3-callback'], 1);
        });
      });
    });
  },
  server() {
    // One connection that asks again as soon as it has its answer; the loop sleeps in between.
    if (++number > INVOCATIONS) return;
    handler().then(() => {
      post();
      setTimeout(loops.server, 1);
    });
  },
};
loops[client]();
