/**
 * From a scenario and a token to what this process does: the fault with its numbers, whom it may touch, and for how long.
 *
 * Whatever the two do not say clearly is a refusal here, before anything is patched.
 */
import {
  DEFAULT_DURATION_MS,
  type Fault,
  type FaultKind,
  LONGEST_DURATION_MS,
  type Pick,
  type Scenario,
  type StopLines,
} from './scenario.ts';
import { scenarioHash } from './scenario-hash.ts';
import { scenarioProblem } from './scenario-schema.ts';
import { scenarioNamed } from './scenarios.ts';
import type { DrillClaims } from './token.ts';

/** Where a fault takes hold. */
export type Hold = 'call' | 'name' | 'work' | 'process';

export interface FaultPlan {
  readonly drillId: string;
  readonly scenarioId: string;
  readonly hash: string;
  readonly seed: number;
  readonly fault: Fault;
  readonly hold: Hold;
  readonly pick: Pick;
  readonly durationMs: number;
  readonly stop: StopLines;
  readonly match: Match;
}

/** A member that is absent lets everything pass; `peer` is never absent where calls are hurt. */
export interface Match {
  readonly peer?: string | undefined;
  readonly protocol: 'http' | 'tcp';
  readonly path?: string | undefined;
  readonly route?: string | undefined;
  readonly ownTrafficOnly: boolean;
}

export type Planned =
  | { readonly kind: 'planned'; readonly plan: FaultPlan }
  /** Everything is done from outside; nothing is to be armed here. */
  | { readonly kind: 'outside' }
  | { readonly kind: 'refused'; readonly because: string };

/** @param given  the scenario as it came with the command, where it is none of ours; its hash must be the token's */
export function planFault(claims: DrillClaims, given?: unknown): Planned {
  const problem = given === undefined ? undefined : scenarioProblem(given);
  if (problem !== undefined) return refused(problem);
  const scenario = (given as Scenario | undefined) ?? scenarioNamed(claims.scenario);
  if (!scenario || scenario.id !== claims.scenario) return refused(`there is no scenario ${printableId(claims.scenario)}`);
  const hash = scenarioHash(scenario);
  if (hash !== claims.hash)
    return refused(`it was signed for another version of ${scenario.id} (${printableId(claims.hash)}, here ${hash})`);
  const { fault } = scenario;
  if (!fault) return { kind: 'outside' };
  const hold = HOLDS[fault.kind];
  const protocol = claims.protocol ?? 'http';
  if ((hold === 'call' || hold === 'name') && !claims.peer) return refused('it names no peer, and this fault hurts calls to one');
  if (protocol === 'tcp' && ONLY_HTTP.includes(fault.kind)) return refused(`${fault.kind} is for HTTP; the token says tcp`);
  if (fault.kind === 'error' && protocol === 'tcp' && fault.status) return refused('a status is for HTTP; the token says tcp');
  // One of somebody's own may leave it out.
  const durationMs = Math.min(scenario.durationMs ?? DEFAULT_DURATION_MS, claims.durationMs || LONGEST_DURATION_MS, LONGEST_DURATION_MS);
  return {
    kind: 'planned',
    plan: {
      drillId: claims.drillId,
      scenarioId: scenario.id,
      hash,
      seed: claims.seed,
      fault: withLimit(fault, claims.limitMs),
      hold,
      pick: scenario.pick ?? { everyNth: 1 },
      durationMs,
      stop: scenario.stop,
      match: { peer: claims.peer, protocol, path: claims.path, route: claims.route, ownTrafficOnly: claims.ownTrafficOnly ?? false },
    },
  };
}

const HOLDS: { readonly [K in FaultKind]: Hold } = {
  latency: 'call',
  error: 'call',
  reset: 'call',
  'dns-failure': 'name',
  'black-hole': 'call',
  'wrong-body': 'call',
  'truncated-body': 'call',
  'small-pool': 'call',
  leak: 'work',
  'blocked-loop': 'work',
  'clock-skew': 'process',
  acknowledgement: 'work',
  'work-error': 'work',
  'slow-start': 'process',
};

const ONLY_HTTP: readonly FaultKind[] = ['wrong-body', 'truncated-body'];

const refused = (because: string): Planned => ({ kind: 'refused', because });

function withLimit(fault: Fault, limitMs: number | undefined): Fault {
  if (fault.kind !== 'latency' || fault.ofLimit === undefined || limitMs === undefined) return fault;
  return { ...fault, delayMs: Math.round(fault.ofLimit * limitMs) };
}

/** A text of somebody else, short enough for a note. */
const printableId = (text: string): string => text.replace(/[^\w.:-]/g, '?').slice(0, 60);
