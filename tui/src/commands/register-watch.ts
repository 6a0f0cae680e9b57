/** The options of `nightlight watch` and their help; its module is loaded when it runs. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { THEME_NAMES } from '../frame/theme.ts';
import { SCREEN_IDS } from '../model/screen.ts';
import type { World } from '../world.ts';
import { addInputOptions } from './input-options.ts';
import type { WatchOptions } from './watch.ts';

export function registerWatch(program: Command, world: World, end: (exitCode: number) => void): void {
  const command = program
    .command('watch')
    .summary('the dashboard: what hurts now, since when, and why')
    .description(
      'Watches what comes in and shows what hurts: OTLP sent to this machine, standard input, files and folders that grow, or an export that is played again. Without inputs it receives OTLP on 127.0.0.1:4318.',
    )
    .argument('[path...]', 'files, folders or globs, or - for standard input; gzip as it is')
    .usage('[options] [file|folder|-...]')
    .optionsGroup('Most used:')
    .option('--listen [host:port]', 'receive OTLP over HTTP; default 127.0.0.1:4318, so it is without any input')
    .option('--replay <speed>', 'play an export so many times as fast as it happened: --replay 60')
    .addOption(new Option('--screen <name>', 'the screen to begin with').choices(SCREEN_IDS).default('overview'))
    .option('--plain', 'draw nothing: one line per verdict (so it is without a terminal, too)')
    .option('--json', 'the same as JSON, one object a line')
    .option('--follow', 'with --plain or --json: go on when the end is reached')
    .option('--on-change <cmd|url>', 'run a command, or post JSON, when a verdict appears, changes or clears')
    .option('--incidents <file>', 'where marks of the incident clock are kept (help incident)')
    .option('--no-alerts', 'the incident clock begins only by hand')
    .option('--no-color', 'without colour, which only repeats the words')
    .option('--ascii', 'draw with ASCII alone (so it is where the locale is not UTF-8, too)')
    .addOption(new Option('--theme <name>', 'colours').choices(THEME_NAMES).default('safe'))
    .option('--fps <count>', 'frames a second for new data, 1 to 10; keys are answered at once', framesPerSecond, 4);
  addInputOptions(command)
    .addHelpText(
      'before',
      `  nightlight watch                                        OTLP of your services and of our agent
  aws logs tail /aws/lambda/checkout --follow | nightlight watch - --function checkout
  nightlight watch logs/ --fn 'prod-*'                    a folder that grows, some functions
  nightlight watch export.csv --replay 60                 last night, an hour a minute
`,
    )
    .action(async (paths: string[], options: WatchOptions) => end(await (await import('./watch.ts')).runWatch(paths, options, world)));
}

function framesPerSecond(value: string): number {
  if (!/^(?:[1-9]|10)$/.test(value)) throw new InvalidArgumentError('Expected a whole number from 1 to 10.');
  return Number(value);
}
