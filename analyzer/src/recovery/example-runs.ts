/**
 * An invented set of runs, so that the board can be seen before anybody has drilled anything. Every run says that it
 * is an example. Three architectures, four scenarios, five people who each ran each cell once, in an order of their own.
 *
 * The times follow from a seed: a median for the cell, times a person, times luck. What a person has not confirmed
 * after an hour they gave up.
 */
import { seededUniform } from '../stats/seeded-uniform.ts';
import type { DifficultyClass } from './difficulty.ts';
import type { RunRecord } from './run-record.ts';

export function exampleRuns(seed = 7): RunRecord[] {
  const uniform = seededUniform(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const luckOf = PEOPLE.map(() => 0.3 * normal());
  const runs: RunRecord[] = [];
  for (const [place, { id, hash, load, magnitude, minutes }] of SCENARIOS.entries()) {
    for (const [person, { name, knows }] of PEOPLE.entries()) {
      for (let turn = 0; turn < ARCHITECTURES.length; turn++) {
        // A Latin square: nobody meets the architectures in the same order.
        const column = (turn + person + place) % ARCHITECTURES.length;
        const spentMs = Math.round(minutes[column]! * 60_000 * Math.exp(luckOf[person]! + 0.35 * normal()));
        const isConfirmed = spentMs <= GIVEN_UP_MS;
        const searchedMs = Math.min(spentMs, GIVEN_UP_MS);
        const isMasked = minutes[column]! > 25 && uniform() < 0.5;
        runs.push({
          v: 1,
          id: `example-${runs.length + 1}`,
          architecture: ARCHITECTURES[column]!,
          scenario: { id, hash, seed: 41 + place, load, magnitude, durationMs: 900_000 },
          isConfirmed,
          searchedMs,
          isMasked,
          people: [{ name, familiarity: knows[column]! }],
          atMs: FIRST_MS + runs.length * 86_400_000,
          viewCount: searchedMs < 180_000 ? 1 : 2 + Math.floor(uniform() * 4),
          isBlind: true,
          predicted: PREDICTED[place]![column]!,
          isExample: true,
        });
      }
    }
  }
  return runs;
}

const FIRST_MS = Date.UTC(2026, 5, 1, 9);
const GIVEN_UP_MS = 60 * 60_000;
const ARCHITECTURES = ['edge-functions', 'lambda-sqs', 'node-vm'];
const PEOPLE: readonly { readonly name: string; readonly knows: readonly number[] }[] = [
  { name: 'ana', knows: [1, 3, 2] },
  { name: 'bo', knows: [2, 2, 2] },
  { name: 'cy', knows: [1, 2, 3] },
  { name: 'di', knows: [2, 3, 2] },
  { name: 'ed', knows: [0, 2, 1] },
];
/** Medians in minutes, in the order of the architectures. */
const SCENARIOS = [
  { id: 'leak-after-deploy', hash: 'a3f0c1d2', load: '20 rps', magnitude: '2 MB a request', minutes: [38, 31, 3] },
  { id: 'poison-message', hash: '5be2907c', load: '5 rps', magnitude: 'one bad item', minutes: [30, 14, 9] },
  { id: 'pool-exhaustion', hash: '91d47e08', load: '500 at once', magnitude: 'pool of 1', minutes: [48, 2, 12] },
  { id: 'slow-dependency', hash: '4f1c66aa', load: '20 rps', magnitude: '+300 ms each 3rd request', minutes: [52, 12, 17] },
];
const PREDICTED = [
  [predicted('nightmare', 12.4), predicted('nightmare', 10.8), predicted('moderate', 3.5)],
  [predicted('moderate', 9.2), predicted('moderate', 6.1), predicted('moderate', 4.8)],
  [predicted('nightmare', 13.8), predicted('instant', 1), predicted('moderate', 5.5)],
  [predicted('nightmare', 11.2), predicted('moderate', 5.2), predicted('moderate', 6.4)],
];

function predicted(judged: DifficultyClass, viewCount: number): { readonly class: DifficultyClass; readonly viewCount: number } {
  return { class: judged, viewCount };
}
