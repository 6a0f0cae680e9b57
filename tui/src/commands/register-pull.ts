/** The options of `nightlight pull` and their help; its module is loaded when it runs. */
import { type Command, InvalidArgumentError } from 'commander';
import { parseDuration } from '../model/duration-argument.ts';
import { parseSize } from '../model/size-argument.ts';
import type { World } from '../world.ts';
import type { PullOptions } from './pull.ts';

export function registerPull(program: Command, world: World, end: (exitCode: number) => void): void {
  program
    .command('pull')
    .summary('read logs and counts from CloudWatch through your own aws')
    .description('Reads logs and CloudWatch counts of some functions with your own aws, read-only and within bounds, for analyze.')
    .usage('[options] --since <time> (--prefix <text> | --fn <name...>)')
    .optionsGroup('Most used:')
    .requiredOption('--since <time>', '2h, -15m, 02:01, 2026-11-21T02:01Z (help time)')
    .option('--until <time>', 'up to, not including', 'now')
    .option('--prefix <text>', 'functions whose name begins so')
    .option('--fn <name...>', 'these functions')
    .option('--analyze', 'then say what hurts, as nightlight analyze')
    .option('-o, --out <folder>', 'where to; default: a new folder nightlight-pull-<time> here')
    .option('--dry-run', 'only list what would be read, and its cost')
    .option('--yes', 'do not ask before reading')
    .option('--no-metrics', 'logs only, no cloudwatch get-metric-data')
    .optionsGroup('Whose eyes:')
    .option('--profile <name>', 'profile of your aws')
    .option('--region <name>', 'region to read in')
    .option('--endpoint-url <url>', 'another endpoint than that of AWS')
    .optionsGroup('Bounds of one run (the same command continues):')
    .option('--max-calls <count>', 'default 1000', wholeNumber)
    .option('--max-bytes <size>', 'default 1GB', sizeInBytes)
    .option('--max-time <span>', 'default 15m', spanInMs)
    .addHelpText(
      'before',
      `  nightlight pull --since 2h --prefix prod- --dry-run     what would be read, and what it costs
  nightlight pull --since 2h --prefix prod- --analyze     read it, then say what hurts
  nightlight pull --since 02:01 --fn checkout pricing     two functions into a folder
`,
    )
    .action(async (options: PullOptions) => end(await (await import('./pull.ts')).runPull(options, world)));
}

function wholeNumber(value: string): number {
  if (!/^[1-9]\d{0,6}$/.test(value)) throw new InvalidArgumentError('Expected a whole number such as 500.');
  return Number(value);
}

function sizeInBytes(value: string): number {
  const byteCount = parseSize(value);
  if (byteCount === undefined) throw new InvalidArgumentError('Expected a size such as 500MB or 2GiB.');
  return byteCount;
}

function spanInMs(value: string): number {
  const spanMs = parseDuration(value);
  if (spanMs === undefined) throw new InvalidArgumentError('Expected a span such as 90s, 15m or 1h.');
  return spanMs;
}
