/** `nightlight incident`: its commands, their options and their help; their module is loaded when one runs. */
import { type Command, Option } from 'commander';
import type { World } from '../world.ts';
import type { IncidentExportOptions, IncidentOptions, MarkOptions } from './incident.ts';

type MarkCommand = 'start' | 'alert' | 'ack' | 'view' | 'hypothesis' | 'refute' | 'note' | 'confirm' | 'mitigated' | 'recovered';

const MARKS: readonly { readonly name: MarkCommand; readonly words: string; readonly summary: string }[] = [
  { name: 'start', words: '<title...>', summary: 'open an incident: its alert is now, or --at' },
  { name: 'alert', words: '[words...]', summary: 'another alert of the open incident; opens one where none is' },
  { name: 'ack', words: '[words...]', summary: 'somebody looks' },
  { name: 'view', words: '[name...]', summary: 'a screen or dashboard that was opened' },
  { name: 'hypothesis', words: '<component> [why...]', summary: 'a component that is suspected' },
  { name: 'refute', words: '[number|component] [why...]', summary: 'a suspicion that does not hold' },
  { name: 'note', words: '[text...]', summary: 'anything else; --acted-on names what was changed' },
  { name: 'confirm', words: '[words...]', summary: 'the cause: component, fingerprint and proof stop the clock' },
  { name: 'mitigated', words: '[words...]', summary: 'it does not hurt any more' },
  { name: 'recovered', words: '[words...]', summary: 'all is as before: the incident ends' },
];

export function registerIncident(program: Command, world: World, end: (exitCode: number) => void): void {
  const incident = program
    .command('incident')
    .summary('the clock from alert to confirmed cause: start, hypothesis, confirm, export')
    .description('Notes the moments of an incident, and says how long the search for its cause has taken.')
    .helpCommand(false)
    .addHelpText(
      'before',
      `  nightlight incident start "checkout p99 > 2 s" --source pd-7712
  nightlight incident hypothesis pricing "heap leak since v88" --view memory
  nightlight incident confirm --component pricing --fingerprint "heap +2.1 MB per invocation" \\
      --proof "rollback of v88 stopped it" --proof-kind revert
  nightlight incident export -o review.md
`,
    );
  for (const { name, words, summary } of MARKS) {
    const command = addMarkOptions(withLog(incident.command(name)).summary(summary).description(`${summary}.`)).arguments(words);
    if (name === 'confirm') addProofOptions(command);
    if (name === 'note' || name === 'mitigated')
      command.option('--acted-on <component>', 'component that was changed, restarted or rolled back');
    command.action(async (...given: unknown[]) => {
      const options = given.at(-2) as MarkOptions;
      end(await (await load()).runIncidentMark(name, wordsOf(given.slice(0, -2)), options, world));
    });
  }
  registerReading(incident, world, end);
}

function registerReading(incident: Command, world: World, end: (exitCode: number) => void): void {
  withLog(incident.command('show'))
    .summary('the clock, and the timeline so far')
    .description('The clock and the timeline of the open incident, else of the last one.')
    .argument('[id]')
    .addOption(new Option('--format <kind>', 'text, md or json').choices(['text', 'md', 'json']))
    .action(async (id: string | undefined, options: IncidentExportOptions) =>
      end(await (await load()).runIncidentShow(id, options, world)),
    );
  withLog(incident.command('list'))
    .summary('all incidents, the latest first')
    .description('All incidents of the log, the latest first.')
    .addOption(new Option('--format <kind>', 'text or json').choices(['text', 'json']))
    .action(async (options: IncidentOptions & { format?: 'text' | 'json' }) => end(await (await load()).runIncidentList(options, world)));
  withLog(incident.command('import'))
    .summary("marks out of other files: another person's log, lines of the agent")
    .description(
      "Adds marks out of other files: another person's log of marks, or lines that the agent wrote. Twice the same file adds nothing.",
    )
    .argument('<file...>')
    .action(async (paths: string[], options: IncidentOptions) => end(await (await load()).runIncidentImport(paths, options, world)));
  withLog(incident.command('export'))
    .summary('the timeline for the review, as Markdown or JSON')
    .description('The timeline for the review, redacted and printable.')
    .argument('[id]')
    .addOption(new Option('--format <kind>', 'md; json by --out review.json').choices(['md', 'json']))
    .option('-o, --out <file>', 'write there, whole or not at all')
    .action(async (id: string | undefined, options: IncidentExportOptions) =>
      end(await (await load()).runIncidentExport(id, options, world)),
    );
}

function withLog(command: Command): Command {
  return command
    .option('--incident <id>', 'which one, where several are open')
    .option('--log <file>', 'the log of marks; default: NIGHTLIGHT_INCIDENTS, else the state folder');
}

function addMarkOptions(command: Command): Command {
  return command
    .option('--by <name>', 'who; default: NIGHTLIGHT_USER, else the name of this account')
    .option('--at <time>', 'when, if not now: -5m, 02:01, 2026-11-21T02:01Z (help time)')
    .option('--tz <zone>', 'zone of a time without one')
    .option('--view <name>', 'screen or dashboard that told it')
    .option('--sink <name>', 'log or store behind that view')
    .option('--source <name>', 'where an alert came from: pd-7712')
    .option('--note <text>', 'more words');
}

function addProofOptions(command: Command): Command {
  return command
    .option('--component <name>', 'the component at fault')
    .option('--fingerprint <text>', 'the error or sign seen there')
    .option('--proof <text>', 'what made it stop or come back')
    .option('--proof-kind <kind>', 'revert, kill, replay; truth in a drill. A trace alone is no proof');
}

function wordsOf(given: readonly unknown[]): string[] {
  return given.flat().filter((word): word is string => typeof word === 'string');
}

function load() {
  return import('./incident.ts');
}
