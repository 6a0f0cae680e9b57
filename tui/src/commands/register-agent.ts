/** `nightlight agent`: its commands, their options and their help; their modules are loaded when they run. */
import { type Command, InvalidArgumentError } from 'commander';
import { parseDuration } from '../model/duration-argument.ts';
import type { World } from '../world.ts';
import type { AgentCheckOptions } from './agent-check.ts';

export function registerAgent(program: Command, world: World, end: (exitCode: number) => void): void {
  const agent = program
    .command('agent')
    .summary('the agent inside your program: check')
    .description('The part of Nightlight that runs inside a Lambda function or a Node program.')
    .helpCommand(false)
    .addHelpText(
      'before',
      `  nightlight agent check handler.mjs --event event.json     what the agent costs this handler, and what it sees
  nightlight agent check server.js --seconds 10             the same for a program
`,
    );
  agent
    .command('check')
    .summary('run a program with and without the agent: what it costs, what it sees')
    .description(
      'Runs a Lambda handler or a Node program without and with the agent, in turn, and says what the agent costs, what it saw, ' +
        'and whether the program did the same. A file that exports its handler is run as a Lambda function.',
    )
    .argument('<file>', 'handler.mjs or app.js; with --handler also the folder of the function')
    .optionsGroup('A Lambda handler:')
    .option('--handler <name>', 'as Lambda has it: file.export; default: the file, and its export "handler"')
    .option('--event <file>', 'JSON of the event; default: {}')
    .option('--invocations <count>', 'invocations in each run; default 20', wholeNumber)
    .option('--timeout <span>', 'how long one invocation may take; default 30s', spanInMs)
    .optionsGroup('A program:')
    .option('--seconds <count>', 'end it with SIGTERM after so long; default 5', wholeNumber)
    .optionsGroup('Both:')
    .option('--runs <count>', 'runs without and with the agent, each; default 5', wholeNumber)
    .addHelpText(
      'after',
      `
Ends with 0 when the program did the same, 3 when it did not, 4 when that cannot
be told or the agent saw nothing, 1 when the program does not run without the
agent either. The settings of the agent (NIGHTLIGHT_...) are taken from here.
`,
    )
    .action(async (file: string, options: AgentCheckOptions) =>
      end(await (await import('./agent-check.ts')).runAgentCheck(file, options, world)),
    );
}

function wholeNumber(value: string): number {
  if (!/^[1-9]\d{0,4}$/.test(value)) throw new InvalidArgumentError('Expected a whole number such as 20.');
  return Number(value);
}

function spanInMs(value: string): number {
  const spanMs = parseDuration(value);
  if (spanMs === undefined) throw new InvalidArgumentError('Expected a span such as 500ms or 30s.');
  return spanMs;
}
