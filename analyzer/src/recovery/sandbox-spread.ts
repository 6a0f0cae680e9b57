/** Whether failures keep to one sandbox, by what each of them really served: the oldest one has most of the traffic, and most failures too. */
import type { SpreadOfFunction } from '../failures/index.ts';
import type { Summary } from '../store/summary.ts';

/** One for each function with failures and several sandboxes; none where an export mixes sandboxes in one stream. */
export function sandboxSpreads({ sandboxes, configurations }: Summary): SpreadOfFunction[] {
  const byFunction = new Map<string, { readonly requests: number; readonly failures: number; readonly isolated: boolean }[]>();
  for (const { configuration, invocationCount, failedCount, isolated } of sandboxes) {
    const functionName = configurations.get(configuration)?.functionName;
    if (functionName === undefined) continue;
    const own = byFunction.get(functionName) ?? [];
    own.push({ requests: invocationCount, failures: failedCount, isolated });
    byFunction.set(functionName, own);
  }
  return [...byFunction].flatMap(([functionName, own]) => {
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
