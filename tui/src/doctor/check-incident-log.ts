/** Whether a mark could be written tonight; none is. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { readIncidentLog } from '../incident/incident-log.ts';
import { bad, type Check, ok, unsure } from './check.ts';

export function checkIncidentLog(path: string): Check {
  const whole = resolve(path);
  const next = '--log FILE, or NIGHTLIGHT_INCIDENTS in the environment';
  try {
    if (!existsSync(whole)) {
      const folder = nearestFolder(whole);
      if (!statSync(folder).isDirectory()) return bad('incident log', `${whole} cannot be made: ${folder} is a file`, next);
      accessSync(folder, constants.W_OK | constants.X_OK);
      return ok('incident log', `${whole}, made with the first mark`);
    }
    accessSync(whole, constants.R_OK | constants.W_OK);
    const { marks, unreadable } = readIncidentLog(whole);
    const found = `${whole}, ${marks.length} marks`;
    return unreadable.length === 0
      ? ok('incident log', found)
      : unsure('incident log', `${found}, ${unreadable.length} lines that are none`, 'nightlight incident list');
  } catch (error) {
    return bad(
      'incident log',
      `${whole} cannot be written to (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`,
      next,
    );
  }
}

function nearestFolder(path: string): string {
  let folder = dirname(path);
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
