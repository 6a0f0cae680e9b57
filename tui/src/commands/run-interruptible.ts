/** Long work with its surroundings: progress on standard error, and Ctrl-C, after which nobody waits for it. */
import type { Progress } from '@nightlight/analyzer';
import { progressDisplay } from '../text/progress.ts';
import type { World } from '../world.ts';

/** @returns undefined when it was interrupted */
export async function runInterruptible<T>(
  world: World,
  work: (onProgress: (progress: Progress) => void, signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const stopping = new AbortController();
  const progress = progressDisplay(world);
  const { promise: interrupted, resolve: interrupt } = withResolvers<undefined>();
  const unlisten = world.onInterrupt(() => {
    stopping.abort();
    interrupt(undefined);
  });
  try {
    const working = work(progress.show, stopping.signal);
    // After Ctrl-C nobody waits for it any more; its own rejection is expected then.
    working.catch(() => {});
    return await Promise.race([working, interrupted]);
  } finally {
    progress.clear();
    unlisten();
  }
}

/** Promise.withResolvers comes with Node 22. */
function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
