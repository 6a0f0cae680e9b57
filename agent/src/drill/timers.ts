/** Timers and clocks as they were before the host, or a drill, could replace them; none keeps the process alive. */
const { setTimeout, setImmediate, setInterval, clearInterval } = globalThis;
const { now } = Date;

export const wallMs: () => number = now.bind(Date);
export const monotonicMs: () => number = performance.now.bind(performance);
export const later = (hook: () => void, delayMs: number): void => void setTimeout(hook, delayMs).unref();
export const soon = (hook: () => void): void => void setImmediate(hook);

/** @returns what stops it */
export function every(periodMs: number, hook: () => void): () => void {
  const timer = setInterval(hook, periodMs).unref();
  return () => clearInterval(timer);
}
