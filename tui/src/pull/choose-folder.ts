/** Where a pull goes, and whether one that stopped there is to be continued. */
import { existsSync, readdirSync } from 'node:fs';
import { CommandError } from '../command-error.ts';
import { momentWords } from './amounts.ts';
import { continuation, type PullQuestion, type PullState, readState } from './pull-state.ts';

export interface PullFolder {
  readonly folder: string;
  /** Of a pull that stopped, or is complete, and asks the same. */
  readonly state: PullState | undefined;
}

export function chooseFolder(
  out: string | undefined,
  question: PullQuestion,
  range: { readonly fromMs: number; readonly toMs: number },
  nowMs: number,
): PullFolder {
  if (out === undefined) return inWorkingFolder(question, range, nowMs);
  const state = readState(out);
  if (state === undefined) {
    if (existsSync(out) && holdsFiles(out)) {
      throw new CommandError(
        'PULL_FOLDER_TAKEN',
        `--out ${out}: expected a new or empty folder, found other files in it`,
        'choose another folder: an analysis would read those files too',
      );
    }
    return { folder: out, state: undefined };
  }
  const verdict = continuation(state, question, range, nowMs);
  if (verdict.kind !== 'different') return { folder: out, state };
  throw new CommandError(
    'PULL_FOLDER_TAKEN',
    `--out ${out}: expected a new folder or a pull that asks the same, found one ${verdict.because}: ${momentWords(state.fromMs)} up to ${momentWords(state.toMs)}`,
    `choose another folder; to continue that one: --since ${new Date(state.fromMs).toISOString()} --until ${new Date(state.toMs).toISOString()}`,
  );
}

const FOLDER_START = 'nightlight-pull-';

/** A pull that asks the same and stopped, else a folder that says which time it holds. */
function inWorkingFolder(question: PullQuestion, range: { readonly fromMs: number; readonly toMs: number }, nowMs: number): PullFolder {
  const taken = readdirSync('.').filter((name) => name.startsWith(FOLDER_START));
  for (const folder of taken.sort().reverse()) {
    const state = readStateIfAny(folder);
    if (state !== undefined && continuation(state, question, range, nowMs).kind !== 'different') return { folder, state };
  }
  const name = `${FOLDER_START}${new Date(range.fromMs).toISOString().slice(0, 16).replace(/[-:]/g, '')}Z`;
  let folder = name;
  for (let n = 2; taken.includes(folder); n++) folder = `${name}-${n}`;
  return { folder, state: undefined };
}

/** Somebody else's folder with our name is passed over. */
function readStateIfAny(folder: string): PullState | undefined {
  try {
    return readState(folder);
  } catch {
    return undefined;
  }
}

function holdsFiles(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => !name.startsWith('.'));
  } catch (cause) {
    const found = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
    throw new CommandError('OUT_NOT_WRITTEN', `--out ${folder}: expected a folder, found ${found}`, 'choose another folder with --out', 1, {
      cause,
    });
  }
}
