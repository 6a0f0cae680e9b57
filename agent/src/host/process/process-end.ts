/**
 * Hears of the end of the process in time to write down what is left, and leaves the end as it is.
 *
 * On a signal: while the host does not listen itself, ours does; it writes, takes itself away and raises the signal anew,
 * so the parent sees the same death. As soon as the host listens, ours is gone: code that counts the listeners of a signal
 * to find out whether the decision is its own (the package signal-exit does) must count none too many. What is left is
 * then written at `exit`, which follows from most such handlers. As process 1 of a container a signal that nobody handles
 * does nothing; then the process lives on, and so does our listener.
 *
 * An uncaught exception or a rejection that nobody handles reaches us by `exit` too; for none of them is there a listener.
 */

export interface EndHooks {
  /** A signal that ends the process; it is still whole. Must be synchronous. */
  onSignal(): void;
  /** Nothing is left to do; what is begun now may still end. Told once, although the process may find work again. */
  onIdle(): void;
  /** Must be synchronous. */
  onExit(): void;
}

/** @param signals  false in worker threads, which hear none */
export function watchEnd(signals: boolean, hooks: EndHooks): void {
  process.once('beforeExit', hooks.onIdle);
  process.on('exit', hooks.onExit);
  // Windows knows only some of them, and cannot raise them again.
  if (signals && process.platform !== 'win32') for (const signal of SIGNALS) watchSignal(signal, hooks.onSignal);
}

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

function watchSignal(signal: NodeJS.Signals, onSignal: () => void): void {
  const raise = process.kill.bind(process, process.pid, signal);

  const ours = () => {
    onSignal();
    process.removeListener(signal, ours);
    if (process.listenerCount(signal) === 0) raise();
  };

  /** Ours listens exactly while nobody else does. */
  const settle = () => {
    const listeners = process.listeners(signal);
    const listens = listeners.includes(ours);
    if (listens && listeners.length > 1) process.removeListener(signal, ours);
    else if (!listens && listeners.length === 0) process.on(signal, ours);
  };

  // Not at once: Node closes the signal's handle with its last listener, and the new one is not there yet.
  const settleSoon = (event: string | symbol) => {
    if (event === signal) process.nextTick(settle);
  };
  process.on('newListener', settleSoon);
  process.on('removeListener', settleSoon);
  process.on(signal, ours);
}
