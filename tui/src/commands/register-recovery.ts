/** `nightlight recovery`: its commands, their options and their help; their module is loaded when one runs. */
import { type Command, Option } from 'commander';
import type { World } from '../world.ts';
import type { RecoveryOptions } from './recovery.ts';

const VIEWS = [
  { name: 'board', summary: 'architecture by scenario: predicted beside measured', formats: ['text', 'md', 'json', 'csv'] },
  { name: 'rank', summary: 'the ranking, or what it lacks', formats: ['text', 'json'] },
  { name: 'export', summary: 'the board for a file: md, json with its runs, csv', formats: ['md', 'json', 'csv', 'text'] },
] as const;

export function registerRecovery(program: Command, world: World, end: (exitCode: number) => void): void {
  const recovery = program
    .command('recovery')
    .summary('which architecture makes causes easier to find: board, rank')
    .description('Compares architectures by the time from alert to confirmed cause, in the same scenarios.')
    .helpCommand(false)
    .addHelpText(
      'before',
      `  nightlight recovery board --example          an invented set of runs, to see what it looks like
  nightlight recovery board --runs runs.ndjson  your own; ends with 4 while it refuses to rank
  nightlight recovery score                     each incident and drill: time, class, why
`,
    );
  for (const { name, summary, formats } of VIEWS) {
    withRuns(recovery.command(name))
      .summary(summary)
      .description(`${summary}. Ends with 4 while there is too little for a ranking.`)
      .addOption(new Option('--format <kind>', formats.join(', ')).choices(formats))
      .action(async (options: RecoveryOptions) => end(await (await load()).runRecovery(name, options, world)));
  }
  withRuns(recovery.command('score'))
    .summary('how hard each incident and each run was, and why')
    .description('How hard each incident and each run was, and why. Ends with 4 when nothing has a score.')
    .addOption(new Option('--format <kind>', 'text, json').choices(['text', 'json']))
    .action(async (options: RecoveryOptions) => end(await (await load()).runRecoveryScore(options, world)));
}

function withRuns(command: Command): Command {
  return command
    .option('--runs <file>', 'runs, one a line (schema run); default: NIGHTLIGHT_RUNS, else runs.ndjson beside the log of marks')
    .option('--log <file>', 'log of marks whose drills count as runs')
    .option('--example', 'an invented set of runs in their place')
    .option('-o, --out <file>', 'write there, whole or not at all');
}

function load() {
  return import('./recovery.ts');
}
