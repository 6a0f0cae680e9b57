/**
 * The one drill that may run on this machine at a time, in a file: so that a second one is refused, `abort` finds the first from
 * another terminal, and a drill whose controller was killed is ended and told by whoever comes next.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Sealed } from './sealed-truth.ts';

export interface CurrentDrill {
  readonly drillId: string;
  readonly incident: string;
  readonly controllerPid: number;
  /** Leader of its process group. */
  readonly targetPid: number | undefined;
  readonly controlFolder: string;
  readonly log: string;
  readonly sealed: Sealed;
  /** What a dashboard beside it shows; absent in notes of older versions. */
  readonly isBlind?: boolean;
  /** Once the fault was injected. */
  readonly beganMs?: number;
  readonly stopsAtMs?: number;
}

export const currentDrillPath = (log: string): string => join(dirname(log), 'drill-under-way.json');

export type Taken = { readonly kind: 'taken' } | { readonly kind: 'under-way'; readonly drill: CurrentDrill };

/** @returns `under-way` also for a drill whose controller is gone; see `isAlive` */
export function takeTurn(path: string, drill: CurrentDrill): Taken {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(path, JSON.stringify(drill), { flag: 'wx', mode: 0o600 });
    return { kind: 'taken' };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const other = readCurrentDrill(path);
  if (other !== undefined) return { kind: 'under-way', drill: other };
  // Half a file: whoever wrote it was killed while writing, before anything was started.
  rmSync(path, { force: true });
  return takeTurn(path, drill);
}

export function updateTurn(path: string, drill: CurrentDrill): void {
  writeFileSync(`${path}.new`, JSON.stringify(drill), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

export const giveTurn = (path: string): void => rmSync(path, { force: true });

export function readCurrentDrill(path: string): CurrentDrill | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as CurrentDrill;
  } catch {
    return undefined;
  }
}

export function isAlive(processId: number | undefined): boolean {
  if (processId === undefined) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
