/** Scenarios of the process itself: memory that stays, a loop that stands still, starts that take too long. */
import type { Scenario } from '../scenario.ts';

export const PROCESS_SCENARIOS: readonly Scenario[] = [
  {
    id: 'leak',
    version: 1,
    name: '2 MB of each request stay',
    provokes: 'heap-leak',
    what: 'Each request leaves 2 MB behind in the heap, until half of what was free is gone; then the drill ends by itself.',
    seed: 51,
    load: { requestsPerSecond: 5, concurrency: 5 },
    magnitude: '+2 MB for each request',
    durationMs: 300_000,
    fault: { kind: 'leak', bytesPerRequest: 2_000_000 },
    pick: { everyNth: 1 },
    stop: { errorShare: 0.95, p99Ms: 60_000 },
  },
  {
    id: 'blocked-loop',
    version: 1,
    name: 'The event loop stands still',
    provokes: 'event-loop-block',
    what: 'Every third request blocks the event loop for 300 ms: all routes are slow together, and none of them is the cause.',
    seed: 52,
    load: { requestsPerSecond: 10, concurrency: 10 },
    magnitude: '300 ms blocked in each 3rd request',
    durationMs: 60_000,
    fault: { kind: 'blocked-loop', blockedMs: 300 },
    pick: { everyNth: 3 },
    stop: { errorShare: 0.95, p99Ms: 60_000 },
  },
  {
    id: 'cold-start-storm',
    version: 2,
    name: 'Cold starts after each deployment',
    provokes: 'cold-start-storm',
    what: 'Two deployments after minutes of health: all instances start anew at once each time, and each start takes 3 seconds longer.',
    seed: 53,
    load: { requestsPerSecond: 20, concurrency: 20 },
    magnitude: '+3 s for each start, all at once, twice',
    durationMs: 120_000,
    // Without minutes of the version before, nobody can tell a storm from the beginning of everything.
    warmUpMs: 390_000,
    fault: { kind: 'slow-start', delayMs: 3_000 },
    outside: { kind: 'restart', what: 'start all instances anew at once, as a deployment does', times: 2, everyMs: 25_000 },
    stop: { errorShare: 0.95, p99Ms: 60_000 },
  },
];
