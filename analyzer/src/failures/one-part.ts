/** Do failures keep to one instance, zone, tenant or shard, while the rest serves well? Then it is that part, whatever fails in it. */
import { cannotTell, notSeen, seen, shown } from './clauses.ts';
import type { Clause } from './failure-mode.ts';

/** A group must hold far more of the failures than of the requests. */
const CONFINED_FAILURES = 0.9;
const CONFINED_REQUESTS = 0.5;
const FEWEST_FAILURES = 6;

export const keepsToOnePart: Clause = {
  asks: 'failures keep to one group of several',
  look: ({ spread }) => {
    if (spread === undefined) return cannotTell('failures by instance, zone, tenant or shard');
    const told = `${shown(spread.topFailureShare * 100)} % of the failures and ${shown(spread.topRequestShare * 100)} % of the requests are of one ${spread.by}`;
    if (spread.groupCount < 2 || spread.failureCount < FEWEST_FAILURES)
      return cannotTell(`more failures: ${shown(spread.failureCount)} of one ${spread.by} may be chance`);
    return spread.topFailureShare >= CONFINED_FAILURES && spread.topRequestShare <= CONFINED_REQUESTS ? seen(told) : notSeen(told);
  },
};
