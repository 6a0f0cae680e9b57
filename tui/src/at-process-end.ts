/**
 * Clean-up that is due however this process ends: by itself, by an error, or by a signal that nobody else takes.
 *
 * `exit` alone is not enough. It does not come when a signal ends the process, and what would stay then is frozen processes
 * that nothing else ever ends, and folders below the temporary directory, one for each sandbox that a check had started.
 */

/** @returns takes it back, for what has been cleaned up meanwhile */
export function atProcessEnd(cleanUp: () => void): () => void {
  // Once more for the same function must not take the other's place.
  const due = { cleanUp };
  if (dues.size === 0) listen();
  dues.add(due);
  return () => {
    if (dues.delete(due) && dues.size === 0) stopListening();
  };
}

const dues = new Set<{ readonly cleanUp: () => void }>();
const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function listen(): void {
  process.on('exit', cleanUpAll);
  // First in line: a listener for one time is no longer counted once it has been called.
  for (const signal of ENDING) process.prependListener(signal, onSignal);
}

function stopListening(): void {
  process.off('exit', cleanUpAll);
  for (const signal of ENDING) process.off(signal, onSignal);
}

function onSignal(signal: NodeJS.Signals): void {
  // Whoever listens too decides how it ends; what is due then comes with the exit.
  if (process.listenerCount(signal) > 1) return;
  cleanUpAll();
  stopListening();
  // To the one who waits for this process it ends as it would have without us.
  process.kill(process.pid, signal);
}

function cleanUpAll(): void {
  // Last in, first out: a process ends before the folder goes that it writes to.
  for (const { cleanUp } of [...dues].reverse()) {
    try {
      cleanUp();
    } catch {
      // The next one is due all the same, and there is nobody left to tell.
    }
  }
  dues.clear();
}
