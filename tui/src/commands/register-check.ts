/** `nightlight check`: its options and its help; the module is loaded when it runs. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CHECK_GATES, type CheckGate } from '../check/check-result.ts';
import { parseDuration } from '../model/duration-argument.ts';
import { parseSize } from '../model/size-argument.ts';
import type { World } from '../world.ts';
import type { CheckOptions } from './check.ts';
import { sizeInBytes } from './input-options.ts';

export function registerCheck(program: Command, world: World, end: (exitCode: number) => void): void {
  program
    .command('check')
    .summary('find leaks and slow starts before the deploy')
    .description(
      'Runs a Lambda handler on a Lambda of its own, frozen between invocations, or a server under load; with the agent in it, and judges what it logged.',
    )
    .argument('<handler|app>', 'handler.mjs, src/index.handler as Lambda has it, or app.js')
    .optionsGroup('What runs:')
    .option('--invocations <count>', 'how many', wholeNumber, 500)
    .option('--concurrency <count>', 'at a time; default: 1 handler, 10 connections', wholeNumber)
    .option('--payload <file>', 'JSON; "{{number}}" and "{{uuid}}" in it differ each time; default {"number":1}, 2 ...')
    .option('--payload-growth <size>', 'each event is so much longer than the one before: 10KB', sizeInBytes)
    .option('--memory <size>', 'memory size of the function in MB', memoryInMb, 512)
    .option('--timeout <span>', 'how long one invocation may take', spanInMs, 10_000)
    .option('--starts <count>', 'cold starts; default 6, or as many as a budget of inits needs', wholeNumber)
    .option('--url <url>', 'where a server listens, and the path to ask for; default: it is told a port in PORT, and /', httpUrl)
    .option('--handler <name>', 'as Lambda has it: file.export; default: the export "handler"')
    .option('--no-probe', 'force no collections: no second round, and no leak is proven')
    .option('--probe', 'force them, so that a leak can be proven (default)')
    .optionsGroup('How it is judged:')
    .option('--fail-on <gate>', 'leak, cold, p99: exit 3 if found, 4 if too little; repeatable', gates)
    .option('--budget <figure=limit>', 'p99=200ms, init-p50=300ms, init-p90=1s, or a JSON file; repeatable', collected)
    .optionsGroup('How it is told:')
    .addOption(new Option('--format <kind>', 'text on a terminal, md elsewhere').choices(['text', 'md', 'json', 'junit']))
    .option('-o, --out <file>', 'write there, whole or not at all')
    .option('--keep <folder>', 'leave the logs there, for nightlight analyze and explain')
    .addHelpText(
      'before',
      `  nightlight check handler.mjs --fail-on leak                     5 KB an invocation are enough to be found
  nightlight check src/index.handler --payload event.json --fail-on cold --budget init-p90=400ms
  nightlight check app.js --concurrency 20 --fail-on p99 --budget p99=200ms
`,
    )
    .addHelpText(
      'after',
      `
Ends with 0 when no gate tripped, 3 when one did, 4 when one cannot be decided,
1 when the program does not run. The settings of the agent (NIGHTLIGHT_...) are
taken from here.
`,
    )
    .action(async (asked: string, options: CheckOptions) => end(await (await import('./check.ts')).runCheck(asked, options, world)));
}

function wholeNumber(value: string): number {
  if (!/^[1-9]\d{0,5}$/.test(value)) throw new InvalidArgumentError('Expected a whole number such as 500.');
  return Number(value);
}

function httpUrl(value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol !== 'http:') throw new InvalidArgumentError('Expected a URL such as http://127.0.0.1:3000/orders.');
  return url;
}

function memoryInMb(value: string): number {
  // As Lambda counts: 512 and 512MB are mebibytes.
  const plain = /^(\d{2,5})(?:MB|MiB)?$/.exec(value)?.[1];
  const megabytes = plain === undefined ? (parseSize(value) ?? 0) / 1_048_576 : Number(plain);
  if (megabytes < 128 || megabytes > 10_240) throw new InvalidArgumentError('Expected 128 to 10240, as Lambda has it.');
  return Math.round(megabytes);
}

function spanInMs(value: string): number {
  const spanMs = parseDuration(value);
  if (spanMs === undefined || spanMs > 900_000) throw new InvalidArgumentError('Expected a span of at most 15m such as 500ms or 10s.');
  return spanMs;
}

function gates(value: string, before: readonly CheckGate[] = []): CheckGate[] {
  return [
    ...before,
    ...value.split(',').map((word) => {
      const gate = CHECK_GATES.find((each) => each === word);
      if (gate === undefined) throw new InvalidArgumentError(`Expected ${CHECK_GATES.join(', ')}.`);
      return gate;
    }),
  ];
}

function collected(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
