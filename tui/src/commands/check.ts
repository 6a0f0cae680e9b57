/**
 * `nightlight check`: runs a handler or a server before its deploy, under the agent, and lets the analyzer judge what it logged.
 *
 * For a build and for the desk: a leak shows here within seconds, where it is forced, and not in the night when it is full.
 */
import { mkdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Budget, Report } from '@nightlight/analyzer';
import type { CheckedProgram } from '../agent-check/checked-program.ts';
import { findRuntimeClient } from '../agent-check/find-runtime-client.ts';
import type { Views } from '../analyzer-door.ts';
import { agentCostOf, costOf } from '../check/agent-cost.ts';
import { checkEvents } from '../check/check-events.ts';
import { CHECK_SCHEMA, type CheckGate, type CheckReports, type CheckResult, checkExitCode, gateAnswers } from '../check/check-result.ts';
import { checkTarget, functionNameOf } from '../check/check-target.ts';
import { runHandlerRounds } from '../check/handler-rounds.ts';
import { runServerRounds, type ServerRounds } from '../check/server-rounds.ts';
import { CommandError } from '../command-error.ts';
import { checkJunit } from '../model/check-junit.ts';
import { checkText } from '../model/check-view.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { VERSION } from '../version.ts';
import type { World } from '../world.ts';
import { writeWhole } from '../write-whole.ts';
import { clientWords, refuseWhenOff } from './agent-check.ts';
import { widthOf } from './analyze.ts';
import { analyzeSettings, readBudget } from './input-options.ts';

export const CHECK_FORMATS = ['text', 'md', 'json', 'junit'] as const;
export type CheckFormat = (typeof CHECK_FORMATS)[number];

export interface CheckOptions {
  readonly handler?: string;
  readonly payload?: string;
  readonly payloadGrowth?: number;
  readonly invocations: number;
  readonly concurrency?: number;
  readonly starts?: number;
  readonly memory: number;
  readonly timeout: number;
  readonly probe: boolean;
  readonly budget?: readonly string[];
  readonly failOn?: readonly CheckGate[];
  readonly format?: CheckFormat;
  readonly out?: string;
  readonly keep?: string;
  readonly url?: URL;
}

/** @returns 0, 1, 3, 4 as elsewhere, 130 interrupted */
export async function runCheck(asked: string, options: CheckOptions, world: World): Promise<number> {
  refuseWhenOff(world.environment, 'check');
  const program = checkTarget(asked, options.handler);
  const budgets = await budgetsOf(options, world);
  const stopping = new AbortController();
  const forget = onceStopped(world, () => stopping.abort());
  const temporary = options.keep === undefined ? temporaryFolder('nightlight-check-') : undefined;
  const folder = temporary?.path ?? resolve(options.keep!);
  try {
    const context = { options, budgets, folder, world, signal: stopping.signal };
    const result = program.kind === 'handler' ? await checkHandler(program, context) : await checkServer(program, context);
    await tell(result, options, world);
    return result.exit;
  } catch (error) {
    if (stopping.signal.aborted) return 130;
    throw error;
  } finally {
    forget();
    temporary?.remove();
  }
}

interface CheckContext {
  readonly options: CheckOptions;
  readonly budgets: readonly Budget[];
  readonly folder: string;
  readonly world: World;
  readonly signal: AbortSignal;
}

async function checkHandler(program: CheckedProgram & { readonly kind: 'handler' }, context: CheckContext): Promise<CheckResult> {
  const { options, folder, world, signal } = context;
  if (process.platform === 'win32') {
    throw new CommandError(
      'CHECK_NO_FREEZE',
      'expected a system whose processes can be frozen, found Windows',
      'run it in WSL or a container',
      1,
    );
  }
  const client = findRuntimeClient(program.taskRoot);
  const events = checkEvents(options.payload, options.payloadGrowth, options.invocations);
  const functionName = functionNameOf(program);
  const concurrency = options.concurrency ?? 1;
  const startCount = Math.max(concurrency, options.starts ?? startsFor(context.budgets));
  const rounds = await runHandlerRounds({
    ...program,
    client,
    functionName,
    memoryMb: options.memory,
    timeoutMs: options.timeout,
    invocationCount: options.invocations,
    concurrency,
    startCount,
    probes: options.probe,
    events,
    environment: world.environment,
    folder,
    signal,
    onProgress: progressOn(world),
  });
  const asked = options.failOn ?? [];
  const reports: CheckReports = {
    starts: await analyzed(
      rounds.startsPath,
      asked.filter((gate) => gate === 'cold'),
      isOfStarts,
      context,
    ),
    measured: await analyzed(
      rounds.measuredPath,
      asked.filter((gate) => gate === 'p99' || (gate === 'leak' && !options.probe)),
      (budget) => !isOfStarts(budget),
      context,
    ),
    forcedCollections:
      rounds.probedPath === undefined
        ? undefined
        : await analyzed(
            rounds.probedPath,
            asked.filter((gate) => gate === 'leak'),
            () => false,
            context,
          ),
  };
  const loading = await analyzed(rounds.loadingPath, [], () => false, context);
  const { cost, told } = agentCostOf(rounds);
  const views = await world.loadViews();
  return {
    schema: CHECK_SCHEMA,
    tool: VERSION,
    target: {
      kind: 'handler',
      name: program.handler,
      functionName,
      under: clientWords(client).replace(/\n/g, ' '),
      node: process.versions.node,
      invocationCount: options.invocations,
      startCount,
      concurrency,
      memoryMb: options.memory,
      timeoutMs: options.timeout,
    },
    gates: gateAnswers(asked, reports, (gate, report) => (gate === 'leak' ? memoryWords(report, views) : '')),
    agentCost: cost,
    notes: [...told, ...handlerNotes(events, options, world)],
    loading: loading.coldStarts[0]?.split,
    ...reports,
    exit: checkExitCode(reports),
  };
}

async function checkServer(program: CheckedProgram & { readonly kind: 'program' }, context: CheckContext): Promise<CheckResult> {
  const { options, folder, world, signal } = context;
  const asked = options.failOn ?? [];
  if (asked.includes('cold')) {
    throw new CommandError('USAGE', '--fail-on cold: expected a handler, found a server, which starts once', 'leave it out');
  }
  mkdirSync(folder, { recursive: true });
  const functionName = functionNameOf(program);
  const concurrency = options.concurrency ?? USUAL_CONNECTIONS;
  const events =
    options.payload === undefined && options.payloadGrowth === undefined
      ? undefined
      : checkEvents(options.payload, options.payloadGrowth, options.invocations);
  const rounds = await runServerRounds({
    file: program.file,
    name: functionName,
    url: options.url,
    requestCount: options.invocations,
    connections: concurrency,
    timeoutMs: options.timeout,
    probes: options.probe,
    events,
    environment: world.environment,
    folder,
    signal,
    onProgress: progressOn(world),
  });
  const reports: CheckReports = {
    starts: undefined,
    measured: await analyzed(
      rounds.measuredPath,
      asked.filter((gate) => gate === 'p99' || (gate === 'leak' && !options.probe)),
      (budget) => !isOfStarts(budget),
      context,
      functionName,
    ),
    forcedCollections:
      rounds.probedPath === undefined
        ? undefined
        : await analyzed(
            rounds.probedPath,
            asked.filter((gate) => gate === 'leak'),
            () => false,
            context,
            functionName,
          ),
  };
  const views = await world.loadViews();
  return {
    schema: CHECK_SCHEMA,
    tool: VERSION,
    target: {
      kind: 'server',
      name: basename(program.file),
      functionName,
      under: `as node ${basename(program.file)}, under load by autocannon`,
      node: process.versions.node,
      invocationCount: options.invocations,
      startCount: 1,
      concurrency,
      memoryMb: undefined,
      timeoutMs: undefined,
    },
    gates: gateAnswers(asked, reports, (gate, report) => (gate === 'leak' ? memoryWords(report, views) : '')),
    agentCost: costOf(rounds.latencyMs),
    notes: serverNotes(rounds, options),
    loading: undefined,
    ...reports,
    exit: checkExitCode(reports),
  };
}

const USUAL_CONNECTIONS = 10;

function serverNotes({ failedCount, errorCount }: ServerRounds, { probe, payload, payloadGrowth }: CheckOptions): string[] {
  return [
    ...(failedCount + errorCount === 0 ? [] : [`${failedCount} requests were answered with 400 or above, ${errorCount} not at all`]),
    ...(payload === undefined && payloadGrowth === undefined
      ? ['all requests were GET of one path: what another path keeps would not show']
      : []),
    ...(probe ? ['collections were forced while one request came after the other: a leak that needs many at once would not show'] : []),
    'each connection waits for its answer before it asks again: while the server stands still, requests that would have come are not counted',
  ];
}

/** The fewest starts that can show a budget of inits to be kept; for a median where none is given. */
function startsFor(budgets: readonly Budget[]): number {
  return Math.max(USUAL_STARTS, ...budgets.map(({ figure }) => STARTS_NEEDED[figure] ?? 0));
}

const USUAL_STARTS = 6;
/** As the analyzer needs them for an exact interval: with none beyond the limit, so many show at 95 % that at most a half, a tenth or a hundredth is. */
const STARTS_NEEDED: Partial<Record<Budget['figure'], number>> = { 'init-p50': 6, 'init-p90': 36, 'init-p99': 368 };

const isOfStarts = ({ figure }: Budget): boolean => STARTS_NEEDED[figure] !== undefined;

/** A budget without a function is meant of the one that is checked. */
async function budgetsOf({ budget = [], failOn }: CheckOptions, world: World): Promise<readonly Budget[]> {
  const reader = budget.length === 0 ? undefined : await world.loadReader();
  const budgets = budget.flatMap((text) => readBudget(/^[^:]+=/.test(text) ? `*:${text}` : text, reader!));
  if (failOn?.includes('cold') === true && !budgets.some(isOfStarts)) {
    // How many of a check's invocations start cold is the check's doing: only how long they take can be too much.
    throw new CommandError('USAGE', '--fail-on cold: expected a limit for starts, found none', '--budget init-p90=500ms');
  }
  return budgets;
}

async function analyzed(
  path: string,
  failOn: readonly CheckGate[],
  isMeant: (budget: Budget) => boolean,
  { budgets, world, signal }: CheckContext,
  functionName?: string,
): Promise<Report> {
  const reader = await world.loadReader();
  // What the project calls known is about its production; a check of new code shall not be quiet about it.
  const { known: _known, ...settings } = analyzeSettings(
    { failOn, ...(functionName !== undefined && { function: functionName }) },
    reader,
    world,
  );
  return reader.analyze([path], { ...settings, budgets: budgets.filter(isMeant) }, undefined, signal);
}

function memoryWords(report: Report, views: Views): string {
  const [section] = report.memory;
  return section === undefined ? '' : views.growthSentence(section);
}

function handlerNotes(events: ReturnType<typeof checkEvents>, { payload, payloadGrowth, probe }: CheckOptions, world: World): string[] {
  return [
    ...(events.isConstant
      ? [
          `all events were equal: what the handler keeps by a key of its event would not show; write "{{number}}" or "{{uuid}}" into ${payload}`,
        ]
      : []),
    ...(events.largestFrom === undefined
      ? []
      : [
          `events grew by ${payloadGrowth} bytes each until event ${events.largestFrom}, where they reached 6 MB, the most that Lambda takes`,
        ]),
    ...(probe ? [] : ['no collections were forced (--no-probe): memory is judged by what the platform prints, which takes many sandboxes']),
    ...(process.platform === 'linux' ? [] : ['the memory limit was not enforced: this system does not tell how much a process uses']),
    ...(world.environment.AWS_ACCESS_KEY_ID === undefined
      ? []
      : ['the handler had the AWS credentials of this environment, and may have used them']),
    'times are those of this machine: Lambda gives a share of a processor that goes with the memory size',
  ];
}

function progressOn({ stderr }: World): (what: string) => void {
  return (what) => {
    if (stderr.isTerminal) stderr.write(`${what}\n`);
  };
}

async function tell(result: CheckResult, options: CheckOptions, world: World): Promise<void> {
  const views = await world.loadViews();
  const out = options.out === '-' ? undefined : options.out;
  const text = written(result, options.format ?? formatOf(out, world), views, world);
  if (out === undefined) world.stdout.write(text);
  else writeWhole(out, text);
}

function formatOf(out: string | undefined, world: World): CheckFormat {
  if (out === undefined) return world.stdout.isTerminal ? 'text' : 'md';
  return FORMAT_BY_ENDING[/\.([a-z]+)$/i.exec(out)?.[1]?.toLowerCase() ?? ''] ?? 'md';
}

const FORMAT_BY_ENDING: Readonly<Record<string, CheckFormat>> = { txt: 'text', text: 'text', json: 'json', xml: 'junit' };

function written(result: CheckResult, format: CheckFormat, views: Views, world: World): string {
  switch (format) {
    case 'text':
      return checkText(result, {
        chapters: (report, titles) => views.renderTextChapters(report, titles, { width: widthOf(world) }),
        heading: (title) => `\n${title.toUpperCase()}\n`,
        columns: (lines) => `${lines.map(views.printable).join('\n')}\n`,
        sentence: (text) => views.printable(text),
        itemMark: '  ',
      });
    case 'md':
      return checkText(result, {
        chapters: (report, titles) => views.renderMarkdownChapters(report, titles, {}),
        heading: (title) => `\n## ${title}\n\n`,
        columns: (lines) => `\`\`\`\n${lines.map(views.printable).join('\n')}\n\`\`\`\n`,
        sentence: (text) => views.escapedMarkdown(views.printable(text)),
        itemMark: '- ',
      });
    case 'json':
      return `${views.writeJson(resultJson(result, views), 2)}\n`;
    case 'junit':
      return checkJunit(result);
    default:
      return format satisfies never;
  }
}

function resultJson({ starts, measured, forcedCollections, ...result }: CheckResult, views: Views) {
  return {
    ...(JSON.parse(JSON.stringify(result)) as Record<string, never>),
    ...(starts !== undefined && { starts: views.reportToJson(starts, {}) }),
    measured: views.reportToJson(measured, {}),
    ...(forcedCollections !== undefined && { forcedCollections: views.reportToJson(forcedCollections, {}) }),
  };
}

/** A build that is cancelled sends SIGTERM: a frozen process that is left behind would wait for ever. */
function onceStopped(world: World, stop: () => void): () => void {
  const unlisten = world.onInterrupt(stop);
  for (const signal of ENDING) process.once(signal, stop);
  return () => {
    unlisten();
    for (const signal of ENDING) process.off(signal, stop);
  };
}

const ENDING = ['SIGTERM', 'SIGHUP'] as const;
