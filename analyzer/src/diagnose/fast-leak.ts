/**
 * A leak too fast for its sandboxes to grow old: they climb and die, again and again, after similar numbers of
 * invocations. Each life is too short to judge by itself; together they are proof.
 *
 * Three things must be true at once, each tested against chance, because each alone has an innocent explanation:
 * they died of memory (a crash or a timeout elsewhere says nothing), they climbed to it in many rises up to the end (one
 * huge payload kills in one jump), and their lives are alike (random payloads kill whenever they come).
 */
import { median } from '../stats/median.ts';
import { recordsAtLeast } from '../stats/record-tail.ts';
import { chanceOfSoRegularLives } from '../stats/regular-lives.ts';
import type { SandboxSummary } from '../store/summary.ts';
import type { MemorySection } from './sections.ts';

export type FastLeak = NonNullable<MemorySection['fastLeak']>;

/** Sandboxes of one configuration; those whose stream the export does not name are left out. */
export function fastLeakOf(sandboxes: readonly SandboxSummary[]): FastLeak | undefined {
  const isolated = sandboxes.filter((sandbox) => sandbox.isolated);
  const dead = isolated.filter(diedOfMemory);
  if (dead.length < FEWEST_DEATHS) return undefined;
  const climbed = dead.filter(climbedToItsEnd);
  // Deaths of another kind beside them mean another cause beside it; the few must not explain the many.
  if (climbed.length < FEWEST_DEATHS || climbed.length < MOST * dead.length) return undefined;
  const lives = climbed.map((sandbox) => sandbox.death!.n);
  const typicalLife = median(lives);
  const outlived = isolated.filter((sandbox) => !climbed.includes(sandbox) && sandbox.invocationCount > OUTLIVED * typicalLife);
  if (outlived.length > climbed.length) return undefined;
  if (chanceOfSoRegularLives(lives) > CHANCE_OF_REGULARITY || chanceOfClimbs(climbed) > CHANCE_OF_CLIMB) return undefined;
  return {
    deathCount: climbed.length,
    medianInvocations: typicalLife,
    lowInvocations: lives.reduce((low, life) => Math.min(low, life)),
    highInvocations: lives.reduce((high, life) => Math.max(high, life)),
    mbPerInvocation: median(climbed.map(slopeOf)),
  };
}

/** Killed for its memory, or dead of a timeout or crash while its memory was full, as a heap that only collects dies. */
export function diedOfMemory({ death, envelope, memorySizeMb }: SandboxSummary): boolean {
  if (death === undefined || death.n < 1) return false;
  if (death.by === 'oom') return true;
  return memorySizeMb > 0 && envelope.length > 0 && envelope.at(-1)!.megabytes >= CEILING * memorySizeMb;
}

/** @returns MB per invocation from its first report to its last rise */
export function slopeOf({ envelope }: SandboxSummary): number {
  const first = envelope[0]!;
  const last = envelope.at(-1)!;
  return (last.megabytes - first.megabytes) / (last.n - first.n);
}

/** Three is the least number of lives that can be alike; the tests below ask more of three than of ten. */
const FEWEST_DEATHS = 3;
/** Of the deaths for memory, those that climbed. */
const MOST = 0.5;
/** A sandbox that lived half as long again did not have the disease. */
const OUTLIVED = 1.5;
/** Of Memory Size: there V8 does little but collect, and requests time out before the platform kills. */
const CEILING = 0.95;
const CHANCE_OF_REGULARITY = 0.05;
const CHANCE_OF_CLIMB = 1e-3;

const FEWEST_RISES = 3;
/** One rise that is more than this share of the whole climb is a payload or a step. */
const BIGGEST_RISE = 0.6;
/** Gain in the second half of life over the whole, without the kill: a warm-up is over by then, an even climb halfway. */
const SECOND_HALF = 0.3;

/**
 * Part of the life after the last rise. A bounded cache can stand just below the ceiling for long and die of a timeout
 * that has nothing to do with it; only the platform's own kill may come after a longer rest between two collections.
 */
const RESTED_BEFORE_KILL = 0.5;
const RESTED_BEFORE_TIMEOUT = 0.2;

function climbedToItsEnd({ envelope, death }: SandboxSummary): boolean {
  const rises = envelope.slice(1).map((rise, i) => rise.megabytes - envelope[i]!.megabytes);
  if (rises.length < FEWEST_RISES) return false;
  const first = envelope[0]!;
  const last = envelope.at(-1)!;
  const rested = death!.by === 'oom' ? RESTED_BEFORE_KILL : RESTED_BEFORE_TIMEOUT;
  if (last.n < (1 - rested) * death!.n) return false;
  // The last rise is judged apart: the kill itself prints Memory Size, whatever came before it.
  const beforeKill = envelope.at(-2)!;
  const half = (first.n + last.n) / 2;
  const atHalf = envelope.findLast((rise) => rise.n <= half)!;
  return (
    Math.max(...rises) <= BIGGEST_RISE * (last.megabytes - first.megabytes) &&
    beforeKill.megabytes - atHalf.megabytes >= SECOND_HALF * (beforeKill.megabytes - first.megabytes)
  );
}

function chanceOfClimbs(climbed: readonly SandboxSummary[]): number {
  return recordsAtLeast(
    climbed.reduce((rises, sandbox) => rises + sandbox.envelope.length - 1, 0),
    climbed.map((sandbox) => ({ after: sandbox.envelope[0]!.n, length: Math.max(sandbox.death!.n, sandbox.envelope.at(-1)!.n) })),
  );
}
