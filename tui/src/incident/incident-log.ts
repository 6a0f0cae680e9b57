/**
 * The file of marks: appended by whoever has a terminal, read as a whole.
 *
 * Each mark is one write at the end of the file, so that several processes may write at once without asking each
 * other, and a lock that a killed process leaves behind cannot exist. A writer that finds the last line unfinished
 * begins a new one: what was torn stays torn, and takes nothing with it.
 *
 * It lies with the command line and not with the analyzer, because the analyzer reads what others wrote and writes
 * nothing itself.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, fdatasyncSync, fstatSync, mkdirSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { encodeMark, type Mark, type MarkLog, readMarkLog } from '@nightlight/analyzer/recovery';
import { CommandError } from '../command-error.ts';
import type { World } from '../world.ts';

export interface MarkDraft extends Omit<Mark, 'v' | 'id' | 'atMs' | 'by' | 'writtenMs' | 'host'> {
  readonly atMs?: number | undefined;
  readonly by?: string | undefined;
}

/** @param asked  `--log`; else the environment says where, else the place for such files */
export function incidentLogPath(asked: string | undefined, environment: World['environment']): string {
  const { NIGHTLIGHT_INCIDENTS, XDG_STATE_HOME, HOME } = environment;
  if (asked !== undefined && asked !== '') return asked;
  if (NIGHTLIGHT_INCIDENTS !== undefined && NIGHTLIGHT_INCIDENTS !== '') return NIGHTLIGHT_INCIDENTS;
  if (XDG_STATE_HOME !== undefined && XDG_STATE_HOME !== '') return join(XDG_STATE_HOME, 'nightlight', 'incidents.ndjson');
  if (HOME !== undefined && HOME !== '') return join(HOME, '.local', 'state', 'nightlight', 'incidents.ndjson');
  return join('.nightlight', 'incidents.ndjson');
}

/** A log that is not there yet holds no marks. */
export function readIncidentLog(path: string): MarkLog {
  try {
    return readMarkLog(readFileSync(path, 'utf8'));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return readMarkLog('');
    throw new CommandError(
      'INCIDENT_LOG_NOT_READ',
      `${path}: expected a readable log of marks, found ${code ?? message}`,
      '--log FILE',
      1,
      {
        cause,
      },
    );
  }
}

/** @returns the mark as it stands in the file, on the disk */
export function appendMark(path: string, draft: MarkDraft, world: Pick<World, 'environment' | 'nowMs'>): Mark {
  const writtenMs = world.nowMs();
  const mark: Mark = {
    ...draft,
    v: 1,
    id: randomBytes(8).toString('hex'),
    atMs: draft.atMs ?? writtenMs,
    by: draft.by ?? whoWrites(world.environment),
    writtenMs,
    host: hostname(),
  };
  addMark(path, mark);
  return mark;
}

/** A mark that somebody else made, as it is. */
export function addMark(path: string, mark: Mark): void {
  const line = encodeMark(mark);
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    appendLine(path, line);
  } catch (cause) {
    const found = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
    throw new CommandError(
      'INCIDENT_LOG_NOT_WRITTEN',
      `${path}: expected a log that a mark can be added to, found ${found}`,
      '--log FILE, or NIGHTLIGHT_INCIDENTS in the environment',
      1,
      { cause },
    );
  }
}

/** Six characters that are told apart at night and over the phone: no number is counted up, so nobody has to wait. */
export function newIncidentId(taken: ReadonlySet<string>): string {
  for (;;) {
    const id = `INC-${[...randomBytes(4)].map((byte) => LETTERS[byte % LETTERS.length]).join('')}`;
    if (!taken.has(id)) return id;
  }
}

/** 32 of them, without 0, 1, I and O. */
const LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
const NEWLINE = 10;

function appendLine(path: string, line: string): void {
  const file = openSync(path, 'a+', 0o600);
  try {
    const bytes = Buffer.from(`${endsUnfinished(file) ? '\n' : ''}${line}\n`);
    const writtenBytes = writeSync(file, bytes);
    if (writtenBytes < bytes.length) throw new Error(`room for ${writtenBytes} of ${bytes.length} bytes`);
    fdatasyncSync(file);
  } finally {
    closeSync(file);
  }
}

function endsUnfinished(file: number): boolean {
  const stat = fstatSync(file);
  if (!stat.isFile() || stat.size === 0) return false;
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, stat.size - 1);
  return last[0] !== NEWLINE;
}

function whoWrites({ NIGHTLIGHT_USER, USER, LOGNAME }: World['environment']): string {
  const told = [NIGHTLIGHT_USER, USER, LOGNAME].find((name) => name !== undefined && name !== '');
  if (told !== undefined) return told;
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number without a name.
    return 'somebody';
  }
}
