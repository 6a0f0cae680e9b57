/**
 * Calls a handler again and again, as a host of the agent does, with the probe's bundled part listening.
 *
 * The duration of each work is told, not waited for: the budget of the probes is a share of it, and a handler that waits
 * 25 ms for a database would make a test of 2,000 invocations last a minute.
 *
 * argv: part, program, JSON of { invocations, keepBytes, durationMs, route }
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { cachedDataVersionTag, getHeapStatistics } from 'node:v8';

const [part, program, optionsText] = process.argv.slice(2);
const { invocations, keepBytes, durationMs = 25, route } = JSON.parse(optionsText);
const { handler } = await import(pathToFileURL(program).href);

const workListeners = [];
const write = (line) => process.stdout.write(`${line}\n`);
createRequire(import.meta.url)(part).startProbing({
  settings: { probe: true },
  quietly: (_what, hook) => hook(),
  isOn: () => true,
  writeLine: write,
  note: (about, text) => write(JSON.stringify({ about, text })),
  workListeners,
});

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
// V8's tag of its flags: the same again is the same flags again.
const flagTags = [cachedDataVersionTag()];
for (let number = 1; number <= invocations; number++) {
  await handler({ number, keepBytes });
  const { used_heap_size, external_memory } = getHeapStatistics();
  for (const listener of workListeners) {
    listener({ number, durationMs, route, heapUsedBytes: used_heap_size, externalBytes: external_memory });
  }
  await nextTurn();
  await nextTurn();
  const tag = cachedDataVersionTag();
  if (tag !== flagTags.at(-1)) flagTags.push(tag);
}
write(JSON.stringify({ inspectorLoaded: process.moduleLoadList.includes('NativeModule inspector'), flagTags }));
