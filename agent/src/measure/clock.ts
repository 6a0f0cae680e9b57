/** The monotonic clock, taken before the host can replace it. */
import { performance } from 'node:perf_hooks';

/** Milliseconds since the process (or the thread) began. */
export const now = performance.now.bind(performance);
