/**
 * What was injected, before anybody may know it: the log gets only a hash while people search, and the whole at the end.
 *
 * The hash is made of the truth and a random word, so that nobody can try the fifteen scenarios, and nobody can later say that
 * something else was injected.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { RatedPerson, ScenarioKey } from '@nightlight/analyzer/recovery';

export interface Sealed {
  readonly component: string;
  readonly architecture: string;
  readonly scenario: ScenarioKey;
  readonly provokes: string;
  readonly people: readonly RatedPerson[] | undefined;
  readonly word: string;
}

export const sealTruth = (truth: Omit<Sealed, 'word'>): Sealed => ({ ...truth, word: randomBytes(16).toString('hex') });

export const sealOf = (sealed: Sealed): string => createHash('sha256').update(JSON.stringify(sealed)).digest('hex').slice(0, 32);
