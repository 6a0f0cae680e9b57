/** `nightlight drill`: its commands, their options and their help; their module is loaded when one runs. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../model/duration-argument.ts';
import type { World } from '../world.ts';
import type { DrillPlanOptions, DrillRunOptions } from './drill.ts';

export function registerDrill(program: Command, world: World, end: (exitCode: number) => void): void {
  const drill = program
    .command('drill')
    .summary('a failure on purpose, and the time until its cause is found: list, run, plan')
    .description('Starts a system, hurts it in one way for a bounded time, raises the alert by rule, and times the search for the cause.')
    .helpCommand(false)
    .addHelpText(
      'before',
      `  nightlight drill list                                                   the scenarios, and the mode that each provokes
  nightlight drill run dependency-outage --architecture one-service --people "ana:2"
  nightlight drill run any --architecture queue-workers --blind           what it is stays sealed until it is confirmed
  nightlight drill abort                                                  from another terminal: everything is put back
  nightlight drill plan                                                   the cells of the board that are still missing
`,
    );
  drill
    .command('list')
    .summary('the scenarios with hash, load and the mode that each provokes')
    .description('The scenarios with hash, load and the mode of the catalogue that each provokes.')
    .addOption(new Option('--format <kind>', 'text or json').choices(['text', 'json']).default('text'))
    .action(async (options: { format: 'text' | 'json' }) => end(await (await load()).runDrillList(options, world)));
  drill
    .command('show')
    .summary('one scenario as data')
    .description('One scenario as data: what is hashed, and so what two drills must have in common.')
    .argument('<scenario>')
    .action(async (id: string) => end(await (await load()).runDrillShow(id, world)));
  drill
    .command('run')
    .summary('start, hurt, time the search, put back')
    .description('Starts the system and its load, injects the fault, raises the alert, and waits for the confirmed cause.')
    .argument('<scenario>', 'an id of drill list, or any')
    .requiredOption('--architecture <name|file>', 'its architecture.json, or the name of one below fixtures/architectures')
    .option('--blind', 'what was injected stays sealed until the cause is confirmed')
    .option('--headless-confirm', "for scripts: the analyzer's first suspect is taken for the confirmation, without any person")
    .option('--people <list>', 'who searches, and how well they know it from 0 to 4: "ana:2,bob:0"')
    .option('--seed <number>', "of load and fault; default: the scenario's", wholeNumber)
    .option('--rps <number>', "load; default: the scenario's", wholeNumber)
    .option('--duration <span>', "of the fault; default, and at most: the scenario's", duration)
    .option('--warm-up <span>', "of health before it; default: the scenario's, 5s where it has none", duration)
    .option('--afterwards <span>', 'of health after it, before the target is ended', duration, 6_000)
    .option('--search <span>', 'how long the cause may be searched', duration, 3_600_000)
    .option('--out <folder>', 'keep the telemetry there')
    .option('--log <file>', 'the log of marks; default: NIGHTLIGHT_INCIDENTS, else the state folder')
    .addOption(new Option('--format <kind>', 'text or json').choices(['text', 'json']).default('text'))
    .action(async (id: string, options: DrillRunOptions) => end(await (await load()).runDrillRun(id, options, world)));
  drill
    .command('abort')
    .summary('end the drill that is under way, from any terminal')
    .description('Ends the drill that is under way; every process puts its functions back within a tenth of a second.')
    .option('--log <file>', 'the log of marks that it was started with')
    .action(async (options: { log?: string }) => end(await (await load()).runDrillAbort(options, world)));
  drill
    .command('plan')
    .summary('the drills that are still missing; --week: the first week after a migration')
    .description('The drills that are missing before the board may rank, or the first week after a migration.')
    .option('--architecture <name|file...>', 'which ones; default: those of the runs so far')
    .option('--week', 'the first week after a migration, a command and its evidence for each day')
    .option('--chosen <scenario>', 'with --week: the failure because of which it was chosen', 'dependency-outage')
    .option('--done <day>', 'with --week: note that a day is done; say with --note what was found', wholeNumber)
    .option('--note <text>', 'what was found')
    .option('--runs <file>', 'runs that count as well')
    .option('--log <file>', 'the log of marks')
    .addOption(new Option('--format <kind>', 'text or json').choices(['text', 'json']).default('text'))
    .action(async (options: DrillPlanOptions) => end(await (await load()).runDrillPlan(options, world)));
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError(`expected a whole number from 1, found ${text}`);
  return value;
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms <= 0) throw new InvalidArgumentError(`expected a span such as 20s or 5m, found ${text}`);
  return ms;
}

function load() {
  return import('./drill.ts');
}
