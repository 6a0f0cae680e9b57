/**
 * Keeps V8 from compiling one function into another while allocations are sampled.
 *
 * An optimised function is one frame on the stack, whatever was compiled into it, and the sampler knows it by the outermost:
 * after some hundred works nearly everything a handler calls is put down to the handler. So the optimiser is told to leave
 * functions apart, and what it has made so far is thrown away; hot code is optimised again within the next works.
 *
 * V8 throws optimised code away when precise coverage begins (`Coverage::SelectMode` in its source, `coverage.cc`), and nothing
 * else does it at run time. It walks the heap for that: about 0.7 of the time of a full collection (Node 20, 5 to 60 MiB alive).
 */
import type { Session } from 'node:inspector';
import { cachedDataVersionTag, setFlagsFromString } from 'node:v8';

export interface SeparateFunctions {
  /** @param discards  whether code that was compiled meanwhile is thrown away, too; otherwise it stays as it is */
  end(discards: boolean): void;
}

export function separateFunctions(session: Session): SeparateFunctions {
  const switchedOff = INLINING.filter(switchOff);
  discardOptimizedCode(session);
  return {
    end(discards) {
      for (const flag of switchedOff) setFlagsFromString(`--${flag}`);
      if (discards) discardOptimizedCode(session);
    },
  };
}

/** Of both optimisers; V8 passes over the one that it does not have. */
const INLINING = ['turbo-inlining', 'maglev-inlining'];

/**
 * V8 tells nobody how a flag stands, but the tag by which it knows whose compiled code may be loaded changes with each flag
 * that does (Node's documentation of `v8.cachedDataVersionTag`). So a host that was started without inlining stays without.
 *
 * @returns whether it was on
 */
function switchOff(flag: string): boolean {
  const before = cachedDataVersionTag();
  setFlagsFromString(`--no-${flag}`);
  return cachedDataVersionTag() !== before;
}

function discardOptimizedCode(session: Session): void {
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: false });
  session.post('Profiler.stopPreciseCoverage');
  session.post('Profiler.disable');
}
