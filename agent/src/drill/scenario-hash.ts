/** One name for everything that a scenario is: two with the same hash do the same, whoever wrote them down in whichever order. */
import { createHash } from 'node:crypto';
import type { Scenario } from './scenario.ts';

/** @returns 12 hexadecimal digits; enough to tell scenarios apart, short enough to be read out loud */
export function scenarioHash(scenario: Scenario): string {
  return createHash('sha256').update(canonical(scenario)).digest('hex').slice(0, 12);
}

/** JSON with the members of each object in order of their names. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}
