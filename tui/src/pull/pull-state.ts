/**
 * How far a pull has come, in a hidden file of its folder. Pages are written first and the state after them, each by
 * one rename, so whatever moment a pull is killed at, the next run repeats at most the page that was not recorded.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from '../command-error.ts';
import { replaceFile } from './replace-file.ts';

const STATE_FILE = '.nightlight-pull.json';
const STATE_SCHEMA = 'pull-1';

/** What was asked, in the words it was asked in: the same command again continues. */
export interface PullQuestion {
  readonly since: string;
  readonly until: string;
  readonly prefix: string | undefined;
  readonly functionNames: readonly string[];
  readonly profile: string | undefined;
  readonly region: string | undefined;
  readonly endpointUrl: string | undefined;
  readonly metrics: boolean;
}

export type Progress =
  | { readonly kind: 'waiting' }
  /** `nextToken` fetches the page after the last recorded one. */
  | { readonly kind: 'reading'; readonly nextToken: string }
  | { readonly kind: 'done' }
  /** Deleted between the listing and the reading. */
  | { readonly kind: 'gone' };

export interface GroupState {
  readonly logGroup: string;
  readonly functionName: string;
  readonly storedBytes: number | undefined;
  readonly createdAtMs: number | undefined;
  readonly retentionDays: number | undefined;
  readonly pageCount: number;
  readonly eventCount: number;
  readonly progress: Progress;
}

export interface MetricsState {
  /** Batches of queries that are finished. */
  readonly batchCount: number;
  readonly pageCount: number;
  readonly progress: Progress;
}

export interface PullState {
  readonly schema: typeof STATE_SCHEMA;
  readonly question: PullQuestion;
  readonly startedAtMs: number;
  /** [fromMs, toMs) */
  readonly fromMs: number;
  readonly toMs: number;
  readonly groups: readonly GroupState[];
  /** Functions that were named and have no log group. */
  readonly missing: readonly string[];
  readonly metrics: MetricsState;
}

export function newPull(told: Omit<PullState, 'schema' | 'metrics'>): PullState {
  const metrics: MetricsState = { batchCount: 0, pageCount: 0, progress: { kind: told.question.metrics ? 'waiting' : 'done' } };
  return { schema: STATE_SCHEMA, ...told, metrics };
}

export function isFinished(state: PullState): boolean {
  return [...state.groups, state.metrics].every(({ progress }) => progress.kind === 'done' || progress.kind === 'gone');
}

/** @returns undefined when the folder holds no pull */
export function readState(folder: string): PullState | undefined {
  const path = join(folder, STATE_FILE);
  if (!existsSync(path)) return undefined;
  try {
    const state = JSON.parse(readFileSync(path, 'utf8')) as PullState;
    if (state.schema !== STATE_SCHEMA) throw new Error(`schema ${JSON.stringify(state.schema)}`);
    return state;
  } catch (cause) {
    throw new CommandError(
      'PULL_STATE_NOT_READABLE',
      `${path}: expected the progress of a pull (${STATE_SCHEMA}), found ${(cause as Error).message}`,
      'choose another folder with --out; what is in this one can still be analysed',
      1,
      { cause },
    );
  }
}

export function writeState(folder: string, state: PullState): void {
  replaceFile(join(folder, STATE_FILE), `${JSON.stringify(state)}\n`);
}

export type Continuation =
  | { readonly kind: 'continue' }
  | { readonly kind: 'finished' }
  | { readonly kind: 'different'; readonly because: string };

/** Whether the pull in a folder answers what is asked now. */
export function continuation(
  state: PullState,
  asked: PullQuestion,
  range: { readonly fromMs: number; readonly toMs: number },
  nowMs: number,
): Continuation {
  const { since: _since, until: _until, ...askedWhat } = asked;
  const { since, until, ...what } = state.question;
  if (!sameWords(what, askedWhat)) return { kind: 'different', because: 'of other functions, or with other access' };
  const isSameRange = state.fromMs === range.fromMs && state.toMs === range.toMs;
  if (isSameRange) return { kind: isFinished(state) ? 'finished' : 'continue' };
  // "The last 2 h" meant another time yesterday; a break of an incident's length does not change what is meant.
  const isSameSentence = since === asked.since && until === asked.until && nowMs - state.startedAtMs < SAME_QUESTION_MS;
  if (isSameSentence && !isFinished(state)) return { kind: 'continue' };
  return { kind: 'different', because: 'of another time range' };
}

const SAME_QUESTION_MS = 3_600_000;

/** JSON leaves out what is undefined, so both sides go through it. */
function sameWords(a: object, b: object): boolean {
  const normal = (value: object) => JSON.stringify(Object.entries(JSON.parse(JSON.stringify(value)) as object).sort());
  return normal(a) === normal(b);
}
