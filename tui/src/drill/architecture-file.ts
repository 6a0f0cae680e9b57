/**
 * What a drill must know of the system that it hurts: how it is started, and for each scenario which process is meant, which
 * of its calls, and which component is then at fault. That is the truth that a confirmation is compared with.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CommandError } from '../command-error.ts';

export interface DrillPlace {
  /** As a token names it: `process:orders`, `function:worker`. */
  readonly target: string;
  readonly peer?: string | undefined;
  readonly protocol?: 'http' | 'tcp' | undefined;
  readonly limitMs?: number | undefined;
  /** Where the fault sits, as people would name it. */
  readonly component: string;
  /** What the system is started with for this scenario, beside what every drill sets. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

export interface ArchitectureFile {
  readonly name: string;
  readonly archetype: Archetype;
  /** The command and its arguments; relative paths are from `folder`. */
  readonly start: readonly string[];
  readonly folder: string;
  readonly scenarios: Readonly<Record<string, DrillPlace>>;
}

const ARCHETYPES = ['request-response', 'queue-worker', 'event-driven', 'long-running', 'edge'] as const;
export type Archetype = (typeof ARCHETYPES)[number];

/** @param asked  a file, or the name of a folder below `fixtures/architectures` */
export function readArchitecture(asked: string, workingFolder: string): ArchitectureFile {
  const places = [resolve(workingFolder, asked), join(workingFolder, 'fixtures/architectures', asked, 'architecture.json')];
  const path = places.find((place) => place.endsWith('.json') && existsSync(place));
  if (path === undefined) {
    throw refused(`expected an architecture file, or the name of one below fixtures/architectures, found ${asked}`);
  }
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw refused(`${path}: expected JSON, found ${(cause as Error).message}`);
  }
  const { name, archetype, start, scenarios } = (json ?? {}) as Partial<ArchitectureFile>;
  if (typeof name !== 'string' || !/^[\w.-]{1,60}$/.test(name)) throw refused(`${path}: expected a name of letters, digits and - _ .`);
  const known = ARCHETYPES.find((each) => each === archetype);
  if (known === undefined) throw refused(`${path}: expected an archetype, one of ${ARCHETYPES.join(', ')}, found ${archetype}`);
  if (!Array.isArray(start) || start.length === 0 || !start.every((word) => typeof word === 'string'))
    throw refused(`${path}: expected "start" to be a command and its arguments`);
  if (typeof scenarios !== 'object' || scenarios === null) throw refused(`${path}: expected "scenarios", found none`);
  for (const [id, place] of Object.entries(scenarios)) {
    if (typeof place?.target !== 'string' || typeof place.component !== 'string')
      throw refused(`${path}: scenario ${id}: expected a target and a component`);
    if (!isEnvironment(place.environment)) throw refused(`${path}: scenario ${id}: expected "environment" to be names with texts`);
  }
  return { name, archetype: known, start, folder: dirname(path), scenarios };
}

/** The keys of a drill are not for a file to set. */
function isEnvironment(value: unknown): boolean {
  if (value === undefined) return true;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([name, text]) => typeof text === 'string' && !name.startsWith('NIGHTLIGHT_'));
}

function refused(message: string): CommandError {
  return new CommandError('DRILL_ARCHITECTURE', message, 'nightlight drill run --help; fixtures/architectures/README.md shows two');
}
