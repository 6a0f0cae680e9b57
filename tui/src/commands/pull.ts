/**
 * `nightlight pull`: reads logs and counts of some functions through the user's own `aws`, within bounds that were
 * shown before, into a folder that `analyze` reads. Stopped in the middle, the same command continues.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandError } from '../command-error.ts';
import { shellWord } from '../model/shell-word.ts';
import { countOf, sizeWords, spanWords } from '../pull/amounts.ts';
import { type Asker, terminalAsker } from '../pull/ask.ts';
import { awsReader } from '../pull/aws-command.ts';
import { chooseFolder } from '../pull/choose-folder.ts';
import { listLogGroups } from '../pull/list-log-groups.ts';
import { holdFolder } from '../pull/one-at-a-time.ts';
import { type BoundedReader, patientReader } from '../pull/patient-reader.ts';
import { BudgetSpent, DEFAULT_LIMITS, PullBudget, type PullLimits } from '../pull/pull-budget.ts';
import { pullEvents } from '../pull/pull-events.ts';
import { metricBatches, pullMetrics } from '../pull/pull-metrics.ts';
import { planLines, resultLines } from '../pull/pull-plan.ts';
import { pullQuestion, type QuestionOptions } from '../pull/pull-question.ts';
import { pullRange } from '../pull/pull-range.ts';
import { isFinished, newPull, type PullQuestion, type PullState, writeState } from '../pull/pull-state.ts';
import type { World } from '../world.ts';

export interface PullOptions extends QuestionOptions {
  readonly out?: string;
  readonly analyze?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly maxCalls?: number;
  readonly maxBytes?: number;
  readonly maxTime?: number;
}

/** @returns the exit code: 4 when a limit ended it before everything was read */
export async function runPull(options: PullOptions, world: World, asker: Asker = terminalAsker): Promise<number> {
  if (options.yes !== true && options.dryRun !== true && !asker.canAsk) {
    throw new CommandError(
      'PULL_NOT_AGREED',
      'pull: expected --yes, because there is no terminal to ask on; found neither',
      'look with --dry-run, then run it with --yes',
    );
  }
  const question = pullQuestion(options, world.environment);
  const range = pullRange(question.since, question.until, world.nowMs());
  const { folder, state: begun } = chooseFolder(options.out, question, range, world.nowMs());
  const stopping = new AbortController();
  const unlisten = world.onInterrupt(() => stopping.abort());
  try {
    if (begun !== undefined && isFinished(begun)) return await finish(begun, folder, options, world);
    const limits = limitsOf(options);
    const listing = new PullBudget(limits, world.nowMs);
    const readerWithin = (budget: PullBudget) =>
      patientReader(awsReader({ ...question, endpointUrl: options.endpointUrl }, world.environment), budget, {
        wait: (ms, signal) => sleep(ms, undefined, { signal }),
        signal: stopping.signal,
        onWait: (ms) => world.stderr.write(`CloudWatch asks to slow down; waiting ${spanWords(ms)}\n`),
      });
    const state = begun ?? (await plannedPull(readerWithin(listing), question, range, world));
    if (!(await isAgreed(state, limits, folder, begun !== undefined, options, world, asker, stopping.signal))) {
      return options.dryRun === true ? 0 : 130;
    }
    // The time that somebody took to answer is not the time of the pull.
    const budget = new PullBudget({ ...limits, calls: limits.calls - listing.callCount }, world.nowMs);
    return await readAll(readerWithin(budget), budget, state, folder, options, world, stopping.signal);
  } catch (error) {
    if (stopping.signal.aborted) return 130;
    throw error;
  } finally {
    unlisten();
  }
}

function limitsOf(options: PullOptions): PullLimits {
  return {
    calls: options.maxCalls ?? DEFAULT_LIMITS.calls,
    bytes: options.maxBytes ?? DEFAULT_LIMITS.bytes,
    timeMs: options.maxTime ?? DEFAULT_LIMITS.timeMs,
  };
}

async function plannedPull(
  read: BoundedReader,
  question: PullQuestion,
  range: { readonly fromMs: number; readonly toMs: number },
  world: World,
): Promise<PullState> {
  const { groups, missing } = await listLogGroups(read, question).catch((error: unknown) => {
    if (!(error instanceof BudgetSpent)) throw error;
    throw new CommandError('PULL_LIMIT', 'the limits were reached while log groups were listed', `a higher ${error.verdict.option}`, 1);
  });
  if (groups.length === 0) {
    const asked = question.prefix === undefined ? question.functionNames.join(', ') : `functions that begin with "${question.prefix}"`;
    throw new CommandError(
      'PULL_NO_LOG_GROUP',
      `expected log groups /aws/lambda/… of ${asked}, found none in ${question.region ?? 'the configured region'}`,
      'check --region and --profile; to look: aws logs describe-log-groups --log-group-name-prefix /aws/lambda/',
      1,
    );
  }
  return newPull({
    question,
    startedAtMs: world.nowMs(),
    ...range,
    groups: groups.map((group) => ({ ...group, pageCount: 0, eventCount: 0, progress: { kind: 'waiting' } })),
    missing,
  });
}

async function isAgreed(
  state: PullState,
  limits: PullLimits,
  folder: string,
  isContinued: boolean,
  options: PullOptions,
  world: World,
  asker: Asker,
  signal: AbortSignal,
): Promise<boolean> {
  const plan = `${planLines(state, limits, folder, isContinued).join('\n')}\n`;
  if (options.dryRun === true) {
    world.stdout.write(plan);
    return false;
  }
  world.stderr.write(plan);
  if (options.yes === true) return true;
  if (await asker.ask('Go on? [y/N] ', signal)) return true;
  world.stderr.write('Nothing was read.\n');
  return false;
}

/** Everything that is still open, recorded page by page. */
async function readAll(
  read: BoundedReader,
  budget: PullBudget,
  begun: PullState,
  folder: string,
  options: PullOptions,
  world: World,
  stopping: AbortSignal,
): Promise<number> {
  const letGo = holdFolder(folder);
  let state = begun;
  const record = (change: Partial<PullState>) => {
    state = { ...state, ...change };
    writeState(folder, state);
    showProgress(state, budget, world);
  };
  try {
    record({});
    const batches = metricBatches(
      state.groups.map(({ functionName }) => functionName),
      state.fromMs,
      state.toMs,
      state.startedAtMs,
    );
    // First, because they are few calls and say where to look.
    await pullMetrics(read, folder, state.metrics, batches, state, (metrics) => record({ metrics }));
    for (const [index, group] of state.groups.entries()) {
      await pullEvents(read, folder, group, state, (changed) => record({ groups: state.groups.with(index, changed) }));
    }
  } catch (error) {
    clearProgress(world);
    world.stderr.write(`${resultLines(state, folder).join('\n')}\n`);
    if (stopping.aborted) world.stderr.write('Interrupted; the same command continues.\n');
    if (!(error instanceof BudgetSpent)) throw error;
    const { what, option } = error.verdict;
    world.stderr.write(
      `Stopped: no ${what} left of ${option}. The same command continues; what is here: nightlight analyze ${shellWord(folder)}\n`,
    );
    return NOT_ENOUGH;
  } finally {
    letGo();
  }
  clearProgress(world);
  world.stderr.write(`${countOf(budget.callCount, 'call')}, ${sizeWords(budget.byteCount)} in this run\n`);
  return finish(state, folder, options, world);
}

const NOT_ENOUGH = 4;

async function finish(state: PullState, folder: string, options: PullOptions, world: World): Promise<number> {
  const lines = `${resultLines(state, folder).join('\n')}\n`;
  // A function that was asked for by name and is not there is an input that could not be read.
  const exitCode = state.missing.length === 0 ? 0 : 1;
  if (options.analyze !== true) {
    world.stdout.write(`${lines}next: nightlight analyze ${shellWord(folder)}\n`);
    return exitCode;
  }
  world.stderr.write(lines);
  const { runAnalyze } = await import('./analyze.ts');
  const analysed = await runAnalyze([folder], { color: true }, world);
  // As everywhere, 1 wins over what the report ends with, but not over an interrupt.
  return analysed === 130 ? 130 : exitCode || analysed;
}

function showProgress(state: PullState, budget: PullBudget, world: World): void {
  if (!world.stderr.isTerminal) return;
  const current = state.groups.find(({ progress }) => progress.kind === 'reading' || progress.kind === 'waiting');
  const events = state.groups.reduce((sum, group) => sum + group.eventCount, 0);
  const line = `${countOf(budget.callCount, 'call')}  ${sizeWords(budget.byteCount)}  ${countOf(events, 'event')}  ${current?.functionName ?? ''}`;
  world.stderr.write(`\r\u001b[2K${line.slice(0, (world.stderr.columns ?? 80) - 1)}`);
}

function clearProgress(world: World): void {
  if (world.stderr.isTerminal) world.stderr.write('\r\u001b[2K');
}
