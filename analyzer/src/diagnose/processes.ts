/** Long-running processes from the inside: how busy the loop was, how late, what collecting took, what is held. */
import { DurationHistogram } from '../stats/duration-histogram.ts';
import { percentilesOf } from '../stats/percentiles.ts';
import { type ProcessSummary, usualLateness } from '../store/process-summary.ts';
import type { Summary } from '../store/summary.ts';
import { agentByFunction } from './agent-of-function.ts';
import { evidenceReference } from './evidence-reference.ts';
import type { Finding } from './finding.ts';
import { finite } from './finite.ts';
import { inFlightOf } from './in-flight.ts';
import { explainCommand } from './next-command.ts';
import type { ProcessSection, RouteSection } from './sections.ts';
import { shareInterval } from './share-interval.ts';
import { countWords, plural } from './wording.ts';

export function processSection(summary: Summary): ProcessSection[] {
  return summary.processes.map(describe);
}

/** Busiest first. */
export function routeSection(summary: Summary): RouteSection[] {
  const sections = [...summary.routes].map(([key, route]): RouteSection => {
    const [functionName, name] = key.split('\u0000');
    return {
      functionName: functionName!,
      route: name!,
      requestCount: route.requestCount,
      failed: shareInterval(Math.min(route.failedCount, route.requestCount), route.requestCount),
      durations: percentilesOf(Object.assign(new DurationHistogram(), route.durations)),
    };
  });
  return sections.sort((a, b) => b.requestCount - a.requestCount || (a.route < b.route ? -1 : 1));
}

/** Deaths that no line of a platform tells of. */
export function processDeathFindings(summary: Summary): Finding[] {
  return [...agentByFunction(summary)].flatMap(([functionName, agent]) => {
    const death = agent.deaths.get('process');
    if (death === undefined) return [];
    const requestCount = Math.max(1, death.toldCount);
    // No line counts the requests that died, so they come on top of those that ended.
    const ended = sumOf(summary, functionName);
    const share = shareInterval(requestCount, requestCount + ended)!;
    const inFlight = inFlightOf(agent, 'process', requestCount, undefined);
    const times = death.evidence.map(({ atMs }) => atMs).filter((atMs) => !Number.isNaN(atMs));
    return [
      {
        id: '',
        kind: 'process-died',
        headline: 'DIED AT WORK',
        functionName,
        version: undefined,
        memorySizeMb: undefined,
        why: `${plural(death.foundCount, 'process', 'processes')} died with ${plural(requestCount, 'request')} in hand${routeWords(death.routes)}${inFlight.clause === undefined ? '' : `; ${inFlight.clause}`}`,
        harm: 'users',
        certainty: 'proven',
        certaintyBecause: 'the next process of the same sandbox found what was left behind; why it died, no line tells',
        affectedCount: requestCount,
        exposedCount: share.of,
        shareLow: share.low,
        shareHigh: share.high,
        sinceMs: times.length === 0 ? undefined : Math.min(...times),
        lastMs: undefined,
        weight: requestCount,
        changedBeside: [],
        next: explainCommand(summary),
        evidence: death.evidence.map((one) => evidenceReference(summary, one)),
        facts: inFlight.facts,
        gates: ['any'],
      } satisfies Finding,
    ];
  });
}

/** ` (GET /orders/:id, 2 of POST /pay)`, most first. */
function routeWords(routes: ReadonlyMap<string, number>): string {
  if (routes.size === 0) return '';
  const sorted = [...routes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const named = sorted.slice(0, MOST_ROUTES).map(([route, count]) => (count === 1 ? route : `${countWords(count)} of ${route}`));
  return ` (${named.join(', ')}${routes.size > MOST_ROUTES ? ' …' : ''})`;
}

const MOST_ROUTES = 3;

function sumOf(summary: Summary, functionName: string): number {
  return [...summary.configurations.values()].reduce(
    (sum, configuration) => sum + (configuration.functionName === functionName ? configuration.invocationCount : 0),
    0,
  );
}

function describe(process: ProcessSummary): ProcessSection {
  const usual = usualLateness(process);
  const aliveMs = process.toMs - process.fromMs;
  return {
    functionName: process.functionName,
    processId: process.sandboxId,
    threadId: process.threadId,
    fromMs: finite(process.fromMs),
    toMs: finite(process.toMs),
    requestCount: process.requestCount,
    failedCount: process.failedCount,
    loopShare: process.loopMs > 0 ? process.loopBusyMs / process.loopMs : undefined,
    loopDelayP99Ms: finite(process.delayP99Ms),
    loopDelayMaxMs: finite(process.delayMaxMs),
    gcShare: aliveMs > 0 ? process.gcMs / aliveMs : undefined,
    processorShare: process.processorKnownMs > 0 ? process.processorMs / process.processorKnownMs : undefined,
    firstFloorBytes: finite(process.firstFloorBytes),
    lastFloorBytes: finite(process.lastFloorBytes),
    highestRssBytes: finite(process.highestRssBytes),
    lastHandleCount: finite(process.lastHandleCount),
    highestOpenRequestCount: finite(process.highestOpenRequestCount),
    lateWindowCount: process.lateWindowCount,
    loopShareWhenLate: process.lateMs > 0 ? process.lateBusyMs / process.lateMs : undefined,
    usualLatenessMs: usual?.ms,
    usualLatenessShare: usual?.share,
    processorShareWhenLate: process.lateMs > 0 ? process.lateProcessorMs / process.lateMs : undefined,
  };
}
