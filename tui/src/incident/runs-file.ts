/** The runs of drills: a file of them, and those in the log of marks that are not in it. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type IncidentClock, type ReadLines, type RunRecord, readRuns, runOfIncident } from '@nightlight/analyzer/recovery';
import { CommandError } from '../command-error.ts';
import type { World } from '../world.ts';
import { incidentLogPath } from './incident-log.ts';

export interface RunsPlace {
  /** `--runs FILE`. */
  readonly runs?: string | undefined;
  /** The log of marks, beside which the runs lie where nobody says. */
  readonly log?: string | undefined;
}

/** @throws CommandError for a file that was named and cannot be read */
export function readRunsFile(
  place: RunsPlace,
  environment: World['environment'],
): { readonly path: string; readonly log: ReadLines<RunRecord> } {
  const path = runsPath(place, environment);
  const isNamed = place.runs !== undefined || (environment.NIGHTLIGHT_RUNS ?? '') !== '';
  try {
    return { path, log: readRuns(readFileSync(path, 'utf8')) };
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' && !isNamed) return { path, log: readRuns('') };
    throw new CommandError(
      'RUNS_NOT_READ',
      `${path}: expected a readable file of runs, found ${code ?? message}`,
      'nightlight recovery board --example shows one; nightlight schema run tells its form',
      1,
      { cause },
    );
  }
}

export function withDrills(runs: readonly RunRecord[], clocks: readonly IncidentClock[]): RunRecord[] {
  const known = new Set(runs.flatMap(({ id, incident }) => [id, ...(incident === undefined ? [] : [`run-${incident}`])]));
  return [...runs, ...clocks.map(runOfIncident).filter((run) => run !== undefined && !known.has(run.id))] as RunRecord[];
}

function runsPath({ runs, log }: RunsPlace, environment: World['environment']): string {
  if (runs !== undefined) return runs;
  const { NIGHTLIGHT_RUNS } = environment;
  if (NIGHTLIGHT_RUNS !== undefined && NIGHTLIGHT_RUNS !== '') return NIGHTLIGHT_RUNS;
  return join(dirname(incidentLogPath(log, environment)), 'runs.ndjson');
}
