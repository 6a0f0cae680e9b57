/**
 * Which failures share one finding: each kind of error has its own, timeouts, deaths by memory and failed inits one a function,
 * however many messages tell of them.
 */
import type { DeathWord } from '../store/agent-tally.ts';
import type { Status } from '../store/summary.ts';
import { type Exposure, exposedTo } from './exposure.ts';
import type { FindingKind } from './finding.ts';
import type { FailureSection, ShareInterval } from './sections.ts';
import { NOTHING_EXPOSED, shareInterval } from './share-interval.ts';
import { UNEXPLAINED } from './unexplained-failures.ts';

export type IncidentKind = Extract<FindingKind, 'failure' | 'timeout' | 'out-of-memory' | 'init-failure'>;

export interface Incident {
  readonly kind: IncidentKind;
  readonly functionName: string;
  readonly groups: readonly FailureSection[];
  /** Kinds of error folded into one because there are too many to tell one by one. */
  readonly folded: boolean;
  readonly rate: ShareInterval;
  /** Empty where a group does not know its versions. */
  readonly versions: readonly string[];
}

export function gatherIncidents(failures: readonly FailureSection[], exposures: ReadonlyMap<string, Exposure>): Incident[] {
  const merged = new Map<string, FailureSection[]>();
  const single = new Map<string, number>();
  for (const failure of failures) {
    if (failure.rate.count === 0) continue;
    const kind = kindOf(failure.status);
    let key = `${failure.functionName}\u0000${kind}`;
    if (kind === 'failure') {
      const rank = (single.get(failure.functionName) ?? 0) + 1;
      single.set(failure.functionName, rank);
      key += rank <= MOST_KINDS_EACH ? `\u0000${rank}` : '\u0000rest';
    }
    const groups = merged.get(key);
    if (groups === undefined) merged.set(key, [failure]);
    else groups.push(failure);
  }
  return [...merged].map(([key, groups]) => {
    const { functionName, status } = groups[0]!;
    const count = groups.reduce((sum, group) => sum + group.rate.count, 0);
    const versions = groups.every((group) => group.versions.length > 0)
      ? [...new Set(groups.flatMap((group) => group.versions.map(({ version }) => version)))]
      : [];
    const exposure = exposures.get(functionName);
    const exposed =
      versions.length > 0
        ? exposedTo(exposure, versions, count)
        : Math.max(count, groups.length === 1 ? groups[0]!.rate.of : (exposure?.all ?? 0));
    const rate = shareInterval(count, exposed) ?? NOTHING_EXPOSED;
    return { kind: kindOf(status), functionName, groups, folded: key.endsWith('\u0000rest'), rate, versions };
  });
}

/** @returns whether no line tells why */
export function isRest({ groups }: Incident): boolean {
  return groups.every(({ type }) => type === UNEXPLAINED);
}

/** How the process ended, where the incident means that it did; an error that was thrown left nothing in flight. */
export function deathWordOf({ kind, groups }: Incident): DeathWord | undefined {
  switch (kind) {
    case 'timeout':
      return 'timeout';
    case 'out-of-memory':
      return 'oom';
    case 'init-failure':
      return undefined;
    case 'failure':
      return groups.every(({ type }) => type.startsWith('Runtime.Exit')) ? 'error' : undefined;
    default:
      return kind satisfies never;
  }
}

/** Kinds of error of one function that get a finding each; the rest share one. */
const MOST_KINDS_EACH = 10;

function kindOf(status: Status): IncidentKind {
  switch (status) {
    case 'timeout':
      return 'timeout';
    case 'oom':
      return 'out-of-memory';
    case 'init-error':
      return 'init-failure';
    case 'error':
    case 'success':
    case 'unfinished':
    case 'unknown':
      return 'failure';
    default:
      return status satisfies never;
  }
}
