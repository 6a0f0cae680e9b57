/**
 * Whether this machine's clock can be held against the times of logs: against the clock of its file system, which on a mounted
 * disk is another machine's, and against the moment at which this very program was put there.
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bad, type Check, ok, unsure } from './check.ts';

/** File systems round to two seconds at worst (FAT). */
const LARGEST_SKEW_MS = 3_000;
const DAY_MS = 86_400_000;

/** @param program  a file that is as old as the installation */
export function checkClock(nowMs: number, program: string, folder = tmpdir()): Check {
  const at = new Date(nowMs).toISOString().slice(0, 19).replace('T', ' ');
  // Archives of npm carry the time of their making, or none at all; only a clock that is behind it is wrong.
  const installedMs = timeOf(program);
  if (installedMs !== undefined && nowMs < installedMs - DAY_MS)
    return bad('clock', `${at} UTC, which is before this program was made`, 'set the clock: timedatectl set-ntp true');
  let fileMs: number | undefined;
  try {
    const made = mkdtempSync(join(folder, 'nightlight-doctor-'));
    writeFileSync(join(made, 'now'), '');
    fileMs = timeOf(join(made, 'now'));
    rmSync(made, { recursive: true });
  } catch {
    fileMs = undefined;
  }
  if (fileMs === undefined) return unsure('clock', `${at} UTC; ${folder} cannot be written to, so there is nothing to hold it against`);
  const skewMs = fileMs - nowMs;
  if (Math.abs(skewMs) <= LARGEST_SKEW_MS) return ok('clock', `${at} UTC, as the file system has it`);
  return bad(
    'clock',
    `${at} UTC; the file system is ${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs > 0 ? 'ahead' : 'behind'}`,
    'timedatectl status; ages of events are wrong by as much',
  );
}

function timeOf(path: string): number | undefined {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return undefined;
  }
}
