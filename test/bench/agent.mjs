/**
 * What the agent costs, beside an empty preload and beside other agents; and what it still tells when processes die.
 *
 *   npm run bench -- agent [--only start,init,invocation,latency,lines,freeze,deaths,handlers,server] [--rounds 15] [--quick] [--strict]
 *
 * The shipped files with every default on. What is compared runs alternately in the same call. Lambda is the double of the tests
 * with the real runtime client: its milliseconds compare with each other, not with the service.
 */
import { parseArgs } from 'node:util';
import { deaths } from './agent/deaths.mjs';
import { freeze } from './agent/freeze.mjs';
import { handlers } from './agent/handlers.mjs';
import { init } from './agent/init.mjs';
import { invocation } from './agent/invocation.mjs';
import { latency } from './agent/latency.mjs';
import { lines } from './agent/lines.mjs';
import { server } from './agent/server.mjs';
import { start } from './agent/start.mjs';
import { machine, printFigures } from './figures.mjs';

const PARTS = { start, init, invocation, latency, lines, freeze, deaths, handlers, server };

export async function bench(args) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', default: Object.keys(PARTS).join(',') },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 5 : 15));
  const figures = [];
  const failures = [];
  console.error(machine());
  for (const name of values.only.split(',')) {
    try {
      if (!(name in PARTS)) throw new Error(`--only ${name}: expected ${Object.keys(PARTS).join(', ')}`);
      console.error(`${name} …`);
      await PARTS[name]({ rounds, quick: values.quick, figures });
    } catch (error) {
      // What the other parts measured is still worth its minutes.
      failures.push(`${name}: ${error.stack}`);
    }
  }
  printFigures(figures);
  for (const failure of failures) console.log(`FAILED ${failure}`);
  if (failures.length > 0) return 1;
  return values.strict && figures.some((figure) => figure.verdict === 'MISSED') ? 1 : 0;
}
