/**
 * The commands, their options and their help. Each command's own module is imported when it runs, so that help and
 * mistakes cost nothing.
 */
import { Command, CommanderError, Option } from 'commander';
import { CommandError, errorText } from './command-error.ts';
import type { AnalyzeOptions } from './commands/analyze.ts';
import type { ExplainOptions } from './commands/explain.ts';
import { isTopic, TOPICS, topicText } from './commands/help-topics.ts';
import { addInputOptions } from './commands/input-options.ts';
import { registerAgent } from './commands/register-agent.ts';
import { registerCheck } from './commands/register-check.ts';
import { registerCompare } from './commands/register-compare.ts';
import { registerCompletion } from './commands/register-completion.ts';
import { registerDemo } from './commands/register-demo.ts';
import { registerDoctor } from './commands/register-doctor.ts';
import { registerDrill } from './commands/register-drill.ts';
import { registerIncident } from './commands/register-incident.ts';
import { registerLayer } from './commands/register-layer.ts';
import { registerPull } from './commands/register-pull.ts';
import { registerRecovery } from './commands/register-recovery.ts';
import { registerWatch } from './commands/register-watch.ts';
import { FORMATS } from './model/output-format.ts';
import { VERSION } from './version.ts';
import type { World } from './world.ts';

/**
 * @param words  the arguments after `nightlight`
 * @returns the exit code; see `nightlight help exit-codes`
 */
export async function runCommandLine(words: readonly string[], world: World): Promise<number> {
  let exitCode = 0;
  const program = commandLine(
    world,
    (code) => {
      exitCode = code;
    },
    onlyCommand(words[0]),
  );
  try {
    await program.parseAsync([...words], { from: 'user' });
    return exitCode;
  } catch (error) {
    const command = program.commands.find((candidate) => candidate.name() === words[0]);
    // What was wrong is told by the help of the innermost command.
    const below = command?.commands.find((candidate) => candidate.name() === words[1]);
    return tellError(error, command && [command, ...(below === undefined ? [] : [below])].map((each) => each.name()).join(' '), world);
  }
}

/** @param only  the one command to define; all of them when absent */
export function commandLine(world: World, end: (exitCode: number) => void, only?: string): Command {
  const program = new Command('nightlight')
    .description('It is 2 AM and a Lambda hurts: find out why, from the logs you have.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => world.stdout.write(text),
      writeErr: () => {},
      getOutHelpWidth: () => Math.max(80, Math.min(world.stdout.columns ?? 80, 100)),
      getOutHasColors: () => false,
    })
    .addHelpText('after', `\nTopics, each by nightlight help <topic>:\n  ${TOPICS.join(', ')}\n`);

  for (const [heading, commands] of COMMANDS) {
    program.commandsGroup(heading);
    for (const [name, register] of Object.entries(commands)) if (only === undefined || only === name) register(program, world, end);
  }
  return program;
}

type Register = (program: Command, world: World, end: (exitCode: number) => void) => void;

/** In the order of the help. */
const COMMANDS: readonly (readonly [heading: string, commands: Readonly<Record<string, Register>>])[] = [
  ['Analyse:', { analyze: registerAnalyze, explain: registerExplain, compare: registerCompare, watch: registerWatch }],
  ['Recover:', { incident: registerIncident, recovery: registerRecovery, drill: registerDrill }],
  ['Get the data:', { pull: registerPull }],
  ['Measure from inside:', { check: registerCheck, agent: registerAgent, layer: registerLayer }],
  ['Other:', { demo: registerDemo, doctor: registerDoctor, schema: registerSchema, completion: registerCompletion, help: registerHelp }],
];

/** They speak of all the others. */
const NEEDS_ALL = ['completion', 'help'];

/** @returns the command that alone is needed: defining sixteen of them costs as much as a frame */
function onlyCommand(name: string | undefined): string | undefined {
  const isOne = name !== undefined && COMMANDS.some(([, commands]) => Object.hasOwn(commands, name));
  return isOne && !NEEDS_ALL.includes(name) ? name : undefined;
}

function registerAnalyze(program: Command, world: World, end: (exitCode: number) => void): void {
  const command = program
    .command('analyze')
    .summary('say what hurts in a log export, and why')
    .description('Reads log exports of Lambda, says what fails, since when, how often, how sure that is, and what to do next.')
    .argument('<path...>', 'files, folders, globs, or - for standard input; gzip as it is')
    .usage('[options] <file|folder|->...')
    .optionsGroup('Most used:')
    .addOption(new Option('--format <kind>', 'text on a terminal, md elsewhere').choices(FORMATS))
    .option('-o, --out <file>', 'write there, whole or not at all')
    .option('--brief', 'a short summary to paste into a chat')
    .option('--explain', 'every row, every fact, all evidence')
    .option('--raw', 'also the first message of each failure, redacted')
    .option('--no-color', 'plain text');
  addInputOptions(command)
    .addHelpText(
      'before',
      `  nightlight analyze export.csv                       one export of the console
  nightlight analyze logs/ --from -1h --fn 'prod-*'   a folder, the last hour, some functions
  aws logs tail /aws/lambda/checkout --since 1h | nightlight analyze - --function checkout
  nightlight analyze ci.jsonl --fail-on leak --fail-on p99     in CI: exit 3 if found, 4 if too little
`,
    )
    .action(async (paths: string[], options: AnalyzeOptions) =>
      end(await (await import('./commands/analyze.ts')).runAnalyze(paths, options, world)),
    );
}

function registerExplain(program: Command, world: World, end: (exitCode: number) => void): void {
  const command = program
    .command('explain')
    .summary('the evidence behind a finding, or what a word means')
    .description('Explains a finding of the inputs given, a word of the report, a way of failing, or an error code.')
    .argument('<what>', 'F-1, leak, cold-start, retry-storm, READ_GZIP_TRUNCATED ...')
    .argument('[path...]', 'for a finding: the inputs that it was found in')
    .usage('[options] <finding|word|code> [file|folder...]')
    .optionsGroup('Most used:')
    .option('--report <file>', 'look in a report of --format json, in place of the inputs')
    .option('--raw', 'show the lines at the evidence, redacted')
    .option('--no-color', 'plain text');
  addInputOptions(command)
    .addHelpText(
      'before',
      `  nightlight explain F-1 export.csv         all evidence behind the first finding
  nightlight explain F-1 export.csv --raw   and the log lines themselves, redacted
  nightlight explain cold-start             how it is decided, what would change it
`,
    )
    .action(async (what: string, paths: string[], options: ExplainOptions) =>
      end(await (await import('./commands/explain.ts')).runExplain(what, paths, options, world)),
    );
}

function registerSchema(program: Command, world: World, end: (exitCode: number) => void): void {
  program
    .command('schema')
    .summary('JSON schemas of what is written for programs')
    .description('Prints a JSON schema; without a name, the list of them.')
    .argument('[name]', 'report, finding')
    .action(async (name: string | undefined) => end(await (await import('./commands/schema.ts')).runSchema(name, world)));
}

function registerHelp(program: Command, world: World): void {
  program
    .command('help')
    .summary(`help on a command or a topic: ${TOPICS.join(', ')}`)
    .argument('[topic]')
    .action((topic: string | undefined) => {
      if (topic === undefined) return program.outputHelp();
      if (isTopic(topic)) return world.stdout.write(topicText(topic));
      const command = program.commands.find((candidate) => candidate.name() === topic);
      if (command !== undefined) return command.outputHelp();
      const known = [...new Set([...program.commands.map((candidate) => candidate.name()), ...TOPICS])];
      throw new CommandError('USAGE', `help: expected one of ${known.join(', ')}, found ${topic}`, 'nightlight --help');
    });
}

function tellError(error: unknown, command: string | undefined, world: World): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    // A command that has only commands below it was given none.
    const told = error.code === 'commander.help' ? `expected a command after ${command ?? 'nightlight'}, found none` : error.message;
    const message = told.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
    return tell('USAGE', message, command === undefined ? 'nightlight --help' : `nightlight ${command} --help`, 2, world);
  }
  if (error instanceof CommandError) return tell(error.code, error.message, error.next, error.exitCode, world);
  const { code, message, stack } = error as { code?: unknown; message?: string; stack?: string };
  if (typeof code === 'string' && code.startsWith('COMPARE_'))
    return tell(code, message ?? '', (error as { next?: string }).next ?? '', 2, world);
  // The analyzer's own errors about options say all in their message.
  if (typeof code === 'string' && /^(?:BUDGET|PRICES?|SOURCE_MAPS)_/.test(code)) return tell(code, message ?? '', '', 2, world);
  if ((world.environment.NODE_DEBUG ?? '').includes('nightlight')) world.stderr.write(`${stack ?? ''}\n`);
  return tell('INTERNAL', `${message ?? String(error)}`, 'run it again with NODE_DEBUG=nightlight, and report what it prints', 1, world);
}

function tell(code: string, message: string, next: string, exitCode: number, world: World): number {
  world.stderr.write(plain(errorText(code, message, next)));
  return exitCode;
}

/** What was typed, or came out of a file, is shown again in errors; it must not control the terminal. */
function plain(text: string): string {
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '?');
}
