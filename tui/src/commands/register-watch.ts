/** The options of `nightlight watch` and their help; its module is loaded when it runs. */
import type { Command } from 'commander';
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
    .option('--no-color', 'without colour, which only repeats the words');
  addInputOptions(command)
    .addHelpText(
      'before',
      `  nightlight watch export.csv            one export of the console
  nightlight watch logs/ --fn 'prod-*'   a folder, some functions
`,
    )
    .action(async (paths: string[], options: WatchOptions) => end(await (await import('./watch.ts')).runWatch(paths, options, world)));
}
