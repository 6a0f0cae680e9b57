/**
 * Waits until the program has come up: what is loaded then makes nobody wait.
 *
 * A turn counts as idle when the event loop was free for a fifth of a short while. A process that is never idle is not
 * waited for longer than some seconds; one that ends before keeps nothing of ours alive.
 */
export function onFirstIdleTurn(start: () => void): void {
  let before = performance.eventLoopUtilization();
  let looksLeft = MOST_LOOKS;
  const look = () => {
    const busy = performance.eventLoopUtilization(before).utilization;
    before = performance.eventLoopUtilization();
    if (busy < IDLE_BELOW || --looksLeft === 0) start();
    else setTimeout(look, LOOK_EVERY_MS).unref();
  };
  // The first look only begins to measure: until the loop runs, nothing is known of it.
  setTimeout(() => {
    before = performance.eventLoopUtilization();
    setTimeout(look, LOOK_EVERY_MS).unref();
  }, LOOK_EVERY_MS).unref();
}

const LOOK_EVERY_MS = 20;
const IDLE_BELOW = 0.8;
const MOST_LOOKS = 250;
