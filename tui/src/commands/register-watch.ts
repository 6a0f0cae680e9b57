/** The options of `nightlight watch` and their help; its module is loaded when it runs. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { THEME_NAMES } from '../frame/theme.ts';
import type { World } from '../world.ts';
import { addInputOptions } from './input-options.ts';
import type { WatchOptions } from './watch.ts';

export function registerWatch(program: Command, world: World, end: (exitCode: number) => void): void {
  const command = program
    .command('watch')
    .summary('an overview on the screen: what hurts, function by function')
    .description('Shows an overview of log exports on the terminal: the functions that hurt, and what was found in each.')
    .argument('<path...>', 'files, folders or globs; gzip as it is')
    .usage('[options] <file|folder...>')
    .optionsGroup('Most used:')
    .option('--plain', 'draw nothing: one line per finding (so it is without a terminal, too)')
    .option('--no-color', 'without colour, which only repeats the words')
    .option('--ascii', 'draw with ASCII alone (so it is where the locale is not UTF-8, too)')
    .addOption(new Option('--theme <name>', 'colours').choices(THEME_NAMES).default('safe'))
    .option('--fps <count>', 'frames a second for new data, 1 to 10; keys are answered at once', framesPerSecond, 4);
  addInputOptions(command)
    .addHelpText(
      'before',
      `  nightlight watch export.csv            one export of the console
  nightlight watch logs/ --fn 'prod-*'   a folder, some functions
`,
    )
    .action(async (paths: string[], options: WatchOptions) => end(await (await import('./watch.ts')).runWatch(paths, options, world)));
}

function framesPerSecond(value: string): number {
  if (!/^(?:[1-9]|10)$/.test(value)) throw new InvalidArgumentError('Expected a whole number from 1 to 10.');
  return Number(value);
}
