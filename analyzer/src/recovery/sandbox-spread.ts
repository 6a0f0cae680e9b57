/** Whether failures keep to one sandbox, by what each of them really served: the oldest one has most of the traffic, and most failures too. */
import type { SpreadOfFunction } from '../failures/index.ts';
import type { Summary } from '../store/summary.ts';

/**
 * One for each function with failures and several sandboxes; none where an export mixes sandboxes in one stream. A process that
 * dies is followed by another one in the same sandbox, which is the same part: a node that dies again and again is one node.
 */
export function sandboxSpreads({ sandboxes, configurations }: Summary): SpreadOfFunction[] {
  const byFunction = new Map<string, Map<string, Served>>();
  for (const { configuration, logStream, invocationCount, failedCount, isolated } of sandboxes) {
    const functionName = configurations.get(configuration)?.functionName;
    if (functionName === undefined) continue;
    const own = byFunction.get(functionName) ?? new Map<string, Served>();
    const served = own.get(logStream) ?? { requests: 0, failures: 0, isolated: true };
    served.requests += invocationCount;
    served.failures += failedCount;
    served.isolated &&= isolated;
    byFunction.set(functionName, own.set(logStream, served));
  }
  return [...byFunction].flatMap(([functionName, byStream]) => {
    const own = [...byStream.values()];
    const failureCount = own.reduce((sum, { failures }) => sum + failures, 0);
    const requestCount = own.reduce((sum, { requests }) => sum + requests, 0);
    if (own.length < 2 || failureCount === 0 || own.some(({ isolated }) => !isolated)) return [];
    const top = own.reduce((a, b) => (b.failures > a.failures ? b : a));
    return [
      {
        functionName,
        by: 'sandbox',
        groupCount: own.length,
        failureCount,
        topFailureShare: top.failures / failureCount,
        topRequestShare: top.requests / requestCount,
      },
    ];
  });
}

interface Served {
  requests: number;
  failures: number;
  isolated: boolean;
}
