/**
 * Rings at the end of each window, on the monotonic clock and without drifting.
 *
 * Windows end at whole multiples of their length since the process began. A loop that was blocked, or a machine that
 * slept, makes one long window, not several that pretend to have been measured.
 */
export function ringEvery(windowMs: number, ring: () => void): { stop(): void } {
  let timer: NodeJS.Timeout;
  const wait = () => {
    const nowMs = performance.now();
    timer = setTimeout(
      () => {
        ring();
        wait();
      },
      windowMs - (nowMs % windowMs),
    ).unref();
  };
  wait();
  return { stop: () => clearTimeout(timer) };
}
