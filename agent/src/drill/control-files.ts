/**
 * How a controller and the processes that it hurts speak: three kinds of file in one folder, NIGHTLIGHT_DRILL_DIR.
 *
 * - `arm.json`, written by the controller: the token, and the scenario where it is none of the shipped ones.
 * - `abort`, made by anybody, with anything in it or nothing: every drill that was begun before it was made ends.
 * - `status-<pid>-<thread>.json`, written by each process: what it does, and what it refused.
 *
 * Files, because a controller that was killed must not be needed for the end, and because a person with nothing but `touch`
 * can stop a drill.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ArmCommand {
  readonly token: string;
  /** Only for a scenario of one's own; its hash must be the token's. */
  readonly scenario?: unknown;
}

export type DrillState = 'idle' | 'armed' | 'ended' | 'refused';

export interface DrillStatus {
  readonly v: 1;
  readonly processId: number;
  readonly threadId: number;
  /** What a token must name, in its shortest form. */
  readonly target: string;
  readonly state: DrillState;
  readonly writtenAtEpochMs: number;
  readonly drillId?: string | undefined;
  readonly scenario?: { readonly id: string; readonly hash: string } | undefined;
  readonly armedAtEpochMs?: number | undefined;
  readonly endsAtEpochMs?: number | undefined;
  readonly endedAtEpochMs?: number | undefined;
  /** Why it ended, or why the last command was refused. */
  readonly because?: string | undefined;
  /** Calls, look-ups or works that fitted, and how many of those were hurt. */
  readonly fitting?: number | undefined;
  readonly hurt?: number | undefined;
  /** Each function that was replaced, and whether the original stands in its place again. */
  readonly patches?: readonly { readonly what: string; readonly restored: boolean }[] | undefined;
}

export const armFile = (folder: string): string => join(folder, 'arm.json');
export const abortFile = (folder: string): string => join(folder, 'abort');
const statusFile = (folder: string, processId: number, threadId: number): string => join(folder, `status-${processId}-${threadId}.json`);

/** Hands a drill to every process that watches the folder. */
export function writeArm(folder: string, command: ArmCommand): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  rmSync(abortFile(folder), { force: true });
  writeWhole(armFile(folder), JSON.stringify(command));
}

export function writeAbort(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  rmSync(armFile(folder), { force: true });
  writeFileSync(abortFile(folder), '');
}

/** What the processes say of themselves; a file that cannot be read is left out. */
export function readStatuses(folder: string): DrillStatus[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names
    .filter((name) => /^status-\d+-\d+\.json$/.test(name))
    .flatMap((name) => {
      try {
        const status = JSON.parse(readFileSync(join(folder, name), 'utf8'));
        return status?.v === 1 ? [status as DrillStatus] : [];
      } catch {
        return [];
      }
    });
}

export const writeStatus = (folder: string, status: DrillStatus): void =>
  writeWhole(statusFile(folder, status.processId, status.threadId), JSON.stringify(status));

/** Whoever reads meanwhile sees the whole of the old one or of the new one. */
function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
