/**
 * Our failure is never the host's failure.
 *
 * Every hook runs through one guard. What it throws is a strike; after three the agent stops measuring, for good, and the
 * caller says so once: a program that looks unmeasured must not look well.
 */
export interface Guard {
  quietly<T>(what: string, hook: () => T): T | undefined;
  isOn(): boolean;
}

/** @param onOff  told once, with the name of the hook that failed last */
export function createGuard(onOff: (what: string) => void): Guard {
  let strikes = 0;
  return {
    quietly(what, hook) {
      if (strikes > 2) return;
      try {
        return hook();
      } catch {
        if (++strikes > 2) {
          try {
            onOff(what);
          } catch {}
        }
      }
      return;
    },
    isOn: () => strikes < 3,
  };
}
