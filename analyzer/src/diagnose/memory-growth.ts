/**
 * Does a function's memory grow, told from `Max Memory Used` alone?
 *
 * The platform prints the running maximum of a sandbox's process in whole MB. It never shows what the process holds
 * now, so one sandbox cannot tell a leak from a heap that V8 has had no reason to collect yet: the most that its lines
 * carry is "growing". `leaking` needs at least eight sandboxes that climb alike, or a kill by the platform at the end
 * of a climb. Even then a cache that is not full yet looks the same, hence "no bound seen so far" in every proof.
 *
 * How often these rules are right and wrong is measured by `npm run lab -- memory`.
 */
import type { SandboxSummary } from '../store/summary.ts';
import { diedOfMemory, type FastLeak, fastLeakOf, slopeOf } from './fast-leak.ts';
import {
  agreeing,
  type Climb,
  type ClimbDemands,
  climbOf,
  FEWEST_INVOCATIONS,
  keepsClimbing,
  outgrewLaziness,
  type PooledClimb,
  paused,
  pooledClimb,
} from './memory-climb.ts';
import type { GrowthVerdict } from './sections.ts';

/** @param sandboxes  all of one configuration: one function, one version, one memory size */
export function growthOf(sandboxes: readonly SandboxSummary[]): GrowthVerdict {
  const isolated = sandboxes.filter((sandbox) => sandbox.isolated);
  if (isolated.length === 0) return { kind: 'insufficient-data', missing: sandboxes.length === 0 ? NO_MEMORY : UNNAMED };
  const fast = fastLeakOf(isolated);
  if (fast?.mbPerInvocation !== undefined) return leakingToDeath(fast, fast.mbPerInvocation, isolated);
  const killed = killedClimb(isolated);
  if (killed !== undefined) return killed;
  const climbs = comparable(isolated);
  if (climbs.length === 0) return tooShort(isolated);
  return judge(pooledClimb(climbs), isolated.length);
}

// Each `missing` completes "cannot tell, because …".
const UNNAMED =
  'the export does not name log streams: which sandbox wrote a line is unknown, and sandboxes laid end to end look like growth';
const NO_MEMORY = 'no line names the memory used';

/** The fewest sandboxes whose agreement may be called a leak. */
export const FEWEST_POOLED = 8;

// Chosen on the simulated sandboxes of seeds 1 to 80 (`npm run lab -- memory`); see docs/thresholds.md.
const POOLED: ClimbDemands = {
  gainMb: 8,
  lateShare: 0.5,
  thirdShare: 0.45,
  steepestShare: 0.3,
  endShare: 0.4,
  beyondLazyMb: 20,
  beyondLazyShare: 0.2,
};
/** With nothing to compare it to, one sandbox must show more. */
const ALONE: ClimbDemands = {
  gainMb: 12,
  lateShare: 0.6,
  thirdShare: 0.6,
  steepestShare: 0.3,
  endShare: 0.5,
  beyondLazyMb: 60,
  beyondLazyShare: 0.5,
};

/** Whole megabytes hide this much at most at either end of a window. */
const ROUNDING_MB = 1;
/**
 * A slope is never claimed closer than this: with these floors about nine of ten forecasts of `npm run lab -- memory`
 * hold. A heap's staircase bends the line of a few sandboxes more than that of eight.
 */
const LEAST_RELATIVE_ERROR = 0.15;
const LEAST_RELATIVE_ERROR_OF_FEW = 0.3;
/** Slower than this is called stable: it takes 25,000 invocations to gain 100 MB. */
const STABLE_MB_PER_INVOCATION = 4 / 1024;
/** Of the whole gain: what may still come late in a climb that is over. */
const BOUNDED_LATE_SHARE = 0.1;

function judge(pool: PooledClimb, sandboxCount: number): GrowthVerdict {
  const { climbs } = pool;
  const demands = climbs.length === 1 ? ALONE : POOLED;
  const climbing = keepsClimbing(pool, demands);
  if (climbing && (paused(pool) || outgrewLaziness(pool, demands))) {
    const slope = slopeInterval(climbs);
    if (climbs.length < FEWEST_POOLED) return { kind: 'growing', ...slope, undecidedBecause: undecided(climbs.length, sandboxCount) };
    return { kind: 'leaking', ...slope, proof: pooledProof(pool, demands) };
  }
  if (climbing) return { kind: 'insufficient-data', missing: evenRamp(pool) };
  return bounded(pool) ?? quiet(pool);
}

/** The others served too few invocations; without a word of them the count would contradict the one in the finding. */
function undecided(judgedCount: number, sandboxCount: number): string {
  const of = judgedCount < sandboxCount ? ` of ${sandboxCount} that lived long enough to be judged` : '';
  const seen = judgedCount === 1 ? `one sandbox${of} is` : `${judgedCount} sandboxes${of} are`;
  return `${seen} too few to tell a leak from a heap that grows because it may: ${FEWEST_POOLED} that climb alike, an out-of-memory kill or the agent's heap figures would`;
}

function pooledProof(pool: PooledClimb, demands: ClimbDemands): string {
  const { climbs, gainMb } = pool;
  const how = paused(pool) ? 'with pauses after which they climbed on' : 'more than a heap waits for its first full collection';
  return `${agreeing(pool, demands)} of ${climbs.length} sandboxes climb up to their end, by ${whole(gainMb)} MB on average over ${typicalWindow(climbs)} invocations, ${how}; no bound seen so far`;
}

function evenRamp({ climbs, gainMb }: PooledClimb): string {
  const seen = climbs.length === 1 ? 'one sandbox' : `${climbs.length} sandboxes`;
  return `${seen} rose evenly by ${whole(gainMb)} MB over ${typicalWindow(climbs)} invocations without a pause, as garbage does before its first full collection too; longer lives or the agent's heap figures would tell`;
}

/**
 * Over for good: hardly anything came in the last third, and with a single sandbox in the whole last half of its
 * window, since a leak between two collections can rest for a third of it.
 */
function bounded(pool: PooledClimb): GrowthVerdict | undefined {
  const { climbs, gainMb, late } = pool;
  if (gainMb < STABLE_GAIN_MB) return undefined;
  const over = climbs.length >= FEWEST_POOLED / 2 ? late <= BOUNDED_LATE_SHARE * gainMb : secondHalf(pool) <= BOUNDED_LATE_SHARE * gainMb;
  if (!over) return undefined;
  const share = climbs.length >= FEWEST_POOLED / 2 ? 'third' : 'half';
  return {
    kind: 'growing-but-bounded',
    because: `of ${whole(gainMb)} MB gained over ${typicalWindow(climbs)} invocations at most a tenth came in the last ${share}`,
  };
}

const STABLE_GAIN_MB = 3;

function secondHalf({ climbs }: PooledClimb): number {
  return climbs.reduce((sum, climb) => sum + climb.pieces.slice(6).reduce((gain, piece) => gain + piece, 0), 0) / climbs.length;
}

/** Flat, as far as whole megabytes can show it over so many invocations; or what is missing to say anything. */
function quiet({ climbs, gainMb }: PooledClimb): GrowthVerdict {
  const window = climbs.reduce((sum, climb) => sum + climb.window, 0) / climbs.length;
  const steepest = (gainMb + ROUNDING_MB) / window;
  if (steepest <= STABLE_MB_PER_INVOCATION) return { kind: 'stable' };
  if (gainMb < STABLE_GAIN_MB) {
    const needed = Math.ceil((gainMb + ROUNDING_MB) / STABLE_MB_PER_INVOCATION / 0.75);
    return {
      kind: 'insufficient-data',
      missing: `memory stayed within ${whole(gainMb + ROUNDING_MB)} MB over ${typicalWindow(climbs)} invocations, where a leak below ${Math.ceil(steepest * 1024)} KB each would not show; about ${needed} per sandbox would tell`,
      neededInvocations: Math.max(1, needed - typicalInvocations(climbs)),
    };
  }
  return {
    kind: 'insufficient-data',
    missing: `memory rose by ${whole(gainMb)} MB over ${typicalWindow(climbs)} invocations, neither steadily nor to a plateau; longer lives${climbs.length < FEWEST_POOLED ? `, ${FEWEST_POOLED} or more sandboxes` : ''} or the agent's heap figures would tell`,
  };
}

/** Lives of very different length are not laid over each other: the eighth longest sets the scale. */
function comparable(sandboxes: readonly SandboxSummary[]): Climb[] {
  const climbs = sandboxes.map(climbOf).filter((climb) => climb !== undefined);
  climbs.sort((a, b) => b.invocations - a.invocations);
  const scale = climbs[Math.min(FEWEST_POOLED, climbs.length) - 1]?.invocations ?? 0;
  return climbs.filter((climb) => climb.invocations >= scale / 2);
}

/** A sandbox that climbed evenly and was then killed for its memory has outgrown every collection V8 could make. */
function killedClimb(sandboxes: readonly SandboxSummary[]): GrowthVerdict | undefined {
  const killed = sandboxes
    .filter((sandbox) => sandbox.death?.by === 'oom')
    .map(climbOf)
    .filter((climb) => climb !== undefined)
    .filter((climb) => keepsClimbing(pooledClimb([climb]), POOLED));
  if (killed.length === 0) return undefined;
  const pool = pooledClimb(killed);
  const who = killed.length === 1 ? 'one sandbox' : `${killed.length} sandboxes`;
  return {
    kind: 'leaking',
    killedCount: killed.length,
    ...slopeInterval(killed),
    proof: `${who} climbed by ${whole(pool.gainMb)} MB over ${typicalWindow(killed)} invocations and ran out of memory; no bound seen so far`,
  };
}

function leakingToDeath(fast: FastLeak, mbPerInvocation: number, sandboxes: readonly SandboxSummary[]): GrowthVerdict {
  const slopes = sandboxes
    .filter((sandbox) => diedOfMemory(sandbox) && sandbox.envelope.length > 1)
    .map(slopeOf)
    .sort((a, b) => a - b);
  const margin = LEAST_RELATIVE_ERROR * mbPerInvocation;
  return {
    kind: 'leaking',
    mbPerInvocation,
    low: Math.min(slopes[Math.floor(slopes.length / 4)]!, mbPerInvocation - margin),
    high: Math.max(slopes[Math.ceil((slopes.length * 3) / 4) - 1]!, mbPerInvocation + margin),
    proof: `${fast.deathCount} processes climbed until they died of memory, after ${fast.lowInvocations === fast.highInvocations ? '' : `${fast.lowInvocations} to `}${fast.highInvocations} invocations; no bound seen so far`,
  };
}

function tooShort(sandboxes: readonly SandboxSummary[]): GrowthVerdict {
  const measured = sandboxes.filter((sandbox) => sandbox.envelope.length > 0);
  if (measured.length === 0) return { kind: 'insufficient-data', missing: NO_MEMORY };
  const died = measured.filter(diedOfMemory);
  const inOneJump = died.filter((sandbox) => sandbox.envelope.length <= 2);
  if (died.length >= 2 && inOneJump.length > died.length / 2) {
    const lives = died.map((sandbox) => sandbox.death!.n).sort((a, b) => a - b);
    return {
      kind: 'insufficient-data',
      missing: `${died.length} sandboxes died of memory after ${lives[0]} to ${lives.at(-1)} invocations, ${inOneJump.length} of them in one jump and not by a climb, as one large request does; the invocation that was killed is the one to look at`,
    };
  }
  const longest = measured.reduce((most, sandbox) => Math.max(most, sandbox.invocationCount), 0);
  return {
    kind: 'insufficient-data',
    missing: `the longest of ${measured.length} sandboxes served ${longest} of the ${FEWEST_INVOCATIONS} invocations that a verdict needs`,
    ...(longest < FEWEST_INVOCATIONS && { neededInvocations: FEWEST_INVOCATIONS - longest }),
  };
}

/** Gain over window, with the rounding of whole megabytes, the spread between sandboxes and a floor for the unknown. */
function slopeInterval(climbs: readonly Climb[]): { mbPerInvocation: number; low: number; high: number } {
  const slopes = climbs.map((climb) => climb.gainMb / climb.window);
  const slope = meanOf(slopes);
  const rounding = meanOf(climbs.map((climb) => ROUNDING_MB / climb.window));
  const variance = slopes.length < 2 ? 0 : slopes.reduce((sum, own) => sum + (own - slope) ** 2, 0) / (slopes.length - 1);
  const sampling = studentBound(slopes.length) * Math.sqrt(variance / slopes.length);
  const floor = climbs.length < FEWEST_POOLED ? LEAST_RELATIVE_ERROR_OF_FEW : LEAST_RELATIVE_ERROR;
  const reach = Math.max(rounding + sampling, floor * slope);
  return { mbPerInvocation: slope, low: Math.max(0, slope - reach), high: slope + reach };
}

/** Two-sided 95 % points of Student's t for 1 to 7 degrees of freedom; from 8 on the 2.31 of 8 errs on the wide side. */
const STUDENT_95 = [0, 0, 12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36];

function studentBound(count: number): number {
  return STUDENT_95[count] ?? 2.31;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function typicalWindow(climbs: readonly Climb[]): number {
  return Math.round(meanOf(climbs.map((climb) => climb.window)));
}

function typicalInvocations(climbs: readonly Climb[]): number {
  return Math.round(meanOf(climbs.map((climb) => climb.invocations)));
}

function whole(megabytes: number): number {
  return Math.round(megabytes);
}
