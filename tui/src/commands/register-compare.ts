/** The options of `nightlight compare` and their help; its module is loaded when it runs. */
import { type Command, Option } from 'commander';
import type { World } from '../world.ts';
import type { CompareOptions } from './compare.ts';
import { collectedWords, sizeInBytes, wholeNumber } from './input-options.ts';

export function registerCompare(program: Command, world: World, end: (exitCode: number) => void): void {
  program
    .command('compare')
    .summary('what is new, worse or better since another time or version')
    .description(
      'Compares two exports, reports, versions or times: what is new, what got worse or better, by how much, and how sure that is.',
    )
    .argument('<path...>', 'two inputs, before and after; or one, whose versions or times are compared')
    .usage('[options] <before> <after> | <file|folder...>')
    .optionsGroup('What is compared:')
    .option('--version-before <version>', 'of one input: this version ...')
    .option('--version-after <version>', '... with this one')
    .option('--before-window <from..to>', 'of one input: this time, 2026-11-21T01:00Z..02:00Z ...')
    .option('--after-window <from..to>', '... with this one')
    .option('--window <span>', 'of one input: its end with the same time of the day before; default 1h')
    .option('--fn <glob>', 'only functions whose name fits: checkout, prod-*')
    .optionsGroup('How it is said:')
    .addOption(new Option('--format <kind>', 'text on a terminal, md elsewhere').choices(['text', 'md', 'json']))
    .option('-o, --out <file>', 'write there, whole or not at all')
    .option('--all', 'also what did not change')
    .option('--no-color', 'plain text')
    .option('--fail-on <gate>', 'worse, new: exit 3 if shown, 4 if too little data; repeatable', collectedWords)
    .optionsGroup('How it is read:')
    .option('--function <name>', 'name of the function, where an export does not tell')
    .option('--format-in <shape>', 'shape of the inputs, when the guess is wrong (help formats)')
    .option('--tz <zone>', 'zone of times without one: Europe/Berlin')
    .addOption(new Option('--arch <name>', 'architecture to price').choices(['x86_64', 'arm64']))
    .option('--prices <file>', 'your own price table (JSON)')
    .option('--workers <count>', 'threads that scan; default: as many as pay', wholeNumber)
    .option('--max-inflated <size>', 'most that one gzip may unpack to; default 4GiB', sizeInBytes)
    .addHelpText(
      'before',
      `  nightlight compare monday.csv tuesday.csv                        two exports, or two JSON reports
  nightlight compare logs/ --version-before 41 --version-after 42  two versions in one export
  nightlight compare logs/ --window 2h                             the last two hours with those of the day before
  nightlight compare old/ new/ --fail-on worse,new                 in CI: exit 3 if shown, 4 if too little
`,
    )
    .action(async (paths: string[], options: CompareOptions) =>
      end(await (await import('./compare.ts')).runCompare(paths, options, world)),
    );
}
