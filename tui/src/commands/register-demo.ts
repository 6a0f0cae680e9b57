/** `nightlight demo`, its options and its help; its module is loaded when it runs. */
import { type Command, Option } from 'commander';
import { THEME_NAMES } from '../frame/theme.ts';
import { SCREEN_IDS } from '../model/screen.ts';
import type { World } from '../world.ts';
import type { DemoOptions } from './demo.ts';

export function registerDemo(program: Command, world: World, end: (exitCode: number) => void): void {
  program
    .command('demo')
    .summary('a recorded incident in thirty seconds, without any set-up')
    .description(
      'Plays half an hour of a recorded incident in thirty seconds: a service that leaks since a deployment, and the one that is paged for it. Both really ran, under the agent.',
    )
    .option('--speed <times>', 'how many times as fast as it happened', '60')
    .addOption(new Option('--screen <name>', 'the screen to begin with').choices(SCREEN_IDS).default('overview'))
    .option('--plain', 'draw nothing: one line per verdict (so it is without a terminal, too)')
    .option('--json', 'the same as JSON, one object a line')
    .option('--no-color', 'without colour, which only repeats the words')
    .option('--ascii', 'draw with ASCII alone (so it is where the locale is not UTF-8, too)')
    .addOption(new Option('--theme <name>', 'colours').choices(THEME_NAMES).default('safe'))
    .addHelpText(
      'before',
      `  nightlight demo                     on a terminal: the dashboard; ? lists its keys
  nightlight demo --screen memory     what leaks, and how long until the next kill
  nightlight demo --plain             one line per change of verdict
`,
    )
    .action(async (options: DemoOptions) => end(await (await import('./demo.ts')).runDemo(options, world)));
}
