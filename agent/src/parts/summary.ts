/** Loaded when not every invocation gets a line. */
export { startSummary } from '../emit/summary.ts';
