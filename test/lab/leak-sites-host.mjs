/**
 * One program of `leak-programs.mjs` under the shipped agent, called as the runtime client of Lambda calls a handler: writes the
 * log stream that CloudWatch would keep.
 *
 *   node --require agent/dist/preload.cjs leak-sites-host.mjs INVOCATIONS
 *
 * Nothing of the agent is told or forced from here: it sees a handler that is called, and turns of the loop in between.
 */
import { createRequire } from 'node:module';
import { setImmediate as nextTurn } from 'node:timers/promises';

const invocations = Number(process.argv[2]);
// As the client does it: on Node 20 the agent's redirect is required and waited for, elsewhere imported.
const asked = process.env._HANDLER;
const { handler } = await (asked.endsWith('/require.handler')
  ? createRequire(import.meta.url)(asked.replace(/handler$/, 'cjs'))
  : import(asked.replace(/handler$/, 'mjs')));
const say = (line) => process.stdout.write(`${line}\n`);

for (let n = 1; n <= invocations; n++) {
  const awsRequestId = `6f1d0c52-9a3b-4e77-8c15-${String(n).padStart(12, '0')}`;
  say(`START RequestId: ${awsRequestId} Version: $LATEST`);
  const began = performance.now();
  await handler({ n }, { awsRequestId, getRemainingTimeInMillis: () => 3_000 });
  const durationMs = performance.now() - began;
  say(`END RequestId: ${awsRequestId}`);
  const usedMb = Math.ceil(process.resourceUsage().maxRSS / 1024);
  say(
    `REPORT RequestId: ${awsRequestId}\tDuration: ${durationMs.toFixed(2)} ms\tBilled Duration: ${Math.ceil(durationMs)} ms\tMemory Size: 512 MB\tMax Memory Used: ${usedMb} MB\t${n === 1 ? 'Init Duration: 100.00 ms\t' : ''}`,
  );
  // The response is posted, the next event is asked for: what wants to run while nothing is under way has its turn.
  for (let turn = 0; turn < 3; turn++) await nextTurn();
}
process.stdout.write('', () => process.exit(0));
