/**
 * Who sends the load that made a component slow.
 *
 * A store behind a cache that forgets, a service that a batch job floods, all that lies below it: they suffer, and the
 * fault is with whoever sends. Requests that the alert's own traffic does not explain are followed up along the calls, as
 * far as somebody's own traffic or behaviour explains them.
 */
import { isCache } from './cache-names.ts';
import type { ComponentChange, IncidentScene } from './incident-scene.ts';

export type Mechanism =
  | 'slow by itself'
  | 'fails by itself'
  | 'gets more load than its callers send'
  | 'sends more calls for each request'
  | 'misses more'
  | 'tells nothing itself';

export interface LoadSender {
  readonly component: string;
  readonly mechanism: Mechanism;
  readonly evidence: string;
}

/** @returns the component itself where nobody who is known sends it; undefined where there is no more load */
export function senderOfLoad(
  change: ComponentChange,
  alert: ComponentChange,
  scene: IncidentScene,
  seen: readonly string[] = [],
): LoadSender | undefined {
  const { component, requests } = change;
  if (requests === undefined || !(requests.before > 0) || seen.includes(component)) return undefined;
  const growth = growthOf(change, alert);
  // Calls that are repeated because they fail are an effect.
  if (growth < MORE_LOAD || growth < 1 + REPEATS_OF_FAILED * (change.failed?.now ?? 0)) return undefined;
  const told = `requests at ${component} are ${growth.toPrecision(2)} times what the alert's traffic explains`;
  const { behaviour, passedOn, silentCaller, isCounted } = increasesBy(change, alert, scene);
  const half = (requests.now - requests.before * siteGrowth(alert)) / 2;
  const cache = forgetfulCache(component, growth, alert, scene);
  if (cache !== undefined && (behaviour === undefined || behaviour.added > half || cache.isSure)) {
    return { component: cache.component, mechanism: 'misses more', evidence: `${told}${cache.told}` };
  }
  if (passedOn !== undefined && passedOn.added > half) {
    const above = scene.changes.get(passedOn.caller)!;
    const further = senderOfLoad(above, alert, scene, [...seen, component]);
    return further ?? { component: passedOn.caller, mechanism: 'gets more load than its callers send', evidence: told };
  }
  if (isCounted && behaviour !== undefined && behaviour.added > half) {
    return {
      component: behaviour.caller,
      mechanism: 'sends more calls for each request',
      evidence: `${told}, and ${behaviour.caller} sends them`,
    };
  }
  if (silentCaller !== undefined) {
    return {
      component: silentCaller,
      mechanism: 'tells nothing itself',
      evidence: `${told}, and ${silentCaller}, which calls it, tells nothing`,
    };
  }
  const twin = scene.callsTo(component).length === 0 ? loadedAlike(change, growth, alert, scene, [...seen, component]) : undefined;
  return twin ?? { component, mechanism: 'gets more load than its callers send', evidence: told };
}

/** Load over what the alert's own traffic explains. This and what follows was set on seeds 1 to 40 of the lab. */
const MORE_LOAD = 1.35;
/** How often a failed call may be repeated at once. */
const REPEATS_OF_FAILED = 3;
/** Points of a share that a hit share must fall by. */
const HITS_FALLEN = 0.03;
/** A cache that gets about the same more load as the store behind it passes on, and does not forget. */
const CACHE_LOADED_TOO = 1.5;
/** Loads of a component and of its unseen caller differ by retries and by what others send. */
const ALIKE = 1.6;

interface Increase {
  readonly caller: string;
  readonly added: number;
}

function increasesBy({ component }: ComponentChange, alert: ComponentChange, { changes, callsTo }: IncidentScene) {
  const site = siteGrowth(alert);
  let behaviour: Increase | undefined;
  let passedOn: Increase | undefined;
  let silentCaller: string | undefined;
  const callers = callsTo(component);
  for (const { caller, perRequestBefore, perRequestNow } of callers) {
    const from = changes.get(caller)?.requests;
    if (from === undefined) {
      silentCaller = caller;
      continue;
    }
    const byBehaviour = (perRequestNow - perRequestBefore) * from.now;
    const byLoad = perRequestBefore * (from.now - from.before * site);
    if (byBehaviour > (behaviour?.added ?? 0)) behaviour = { caller, added: byBehaviour };
    if (byLoad > (passedOn?.added ?? 0)) passedOn = { caller, added: byLoad };
  }
  return { behaviour, passedOn, silentCaller, isCounted: callers.some(({ calls }) => calls !== undefined) };
}

function siteGrowth({ requests }: ComponentChange): number {
  return requests === undefined || !(requests.before > 0) ? 1 : requests.now / requests.before;
}

function growthOf({ requests }: ComponentChange, alert: ComponentChange): number {
  return requests === undefined || !(requests.before > 0) ? 1 : requests.now / requests.before / siteGrowth(alert);
}

/** A component that nobody is seen to call: somebody on a trail whose load grew alike may be its unseen caller. */
function loadedAlike(
  change: ComponentChange,
  growth: number,
  alert: ComponentChange,
  scene: IncidentScene,
  seen: readonly string[],
): LoadSender | undefined {
  let best: { readonly change: ComponentChange; readonly misfit: number } | undefined;
  for (const other of scene.changes.values()) {
    if (other === change || scene.callsTo(other.component).length === 0 || isCache(other.component, other.kind)) continue;
    const misfit = Math.abs(Math.log(growthOf(other, alert) / growth));
    if (misfit < Math.log(ALIKE) && misfit < (best?.misfit ?? Number.POSITIVE_INFINITY)) best = { change: other, misfit };
  }
  return best === undefined ? undefined : senderOfLoad(best.change, alert, scene, seen);
}

/** A cache in front of a store, or one that the same caller asks first. */
function forgetfulCache(
  component: string,
  growth: number,
  alert: ComponentChange,
  { changes, callsTo, callsFrom }: IncidentScene,
): { readonly component: string; readonly told: string; readonly isSure: boolean } | undefined {
  if (isCache(component, changes.get(component)?.kind)) return undefined;
  const beside = callsTo(component).flatMap(({ caller }) => [caller, ...callsFrom(caller).map(({ callee }) => callee)]);
  // One that is seen to have forgotten counts wherever it stands: the trail to it may be broken.
  const candidates = [...beside, ...[...changes.values()].filter(({ hits }) => hits !== undefined).map((cache) => cache.component)];
  let found: { readonly component: string; readonly told: string; readonly isSure: boolean } | undefined;
  for (const candidate of new Set(candidates)) {
    const cache = changes.get(candidate);
    if (candidate === component || cache === undefined || !isCache(candidate, cache.kind)) continue;
    const fallen = cache.hits === undefined ? undefined : cache.hits.before - cache.hits.now;
    if (fallen !== undefined && fallen < HITS_FALLEN) continue;
    if (fallen === undefined && growthOf(cache, alert) * CACHE_LOADED_TOO > growth) continue;
    const told =
      fallen === undefined
        ? `, and ${candidate} stands before it`
        : `, and hits of ${candidate} fell by ${Math.round(100 * fallen)} points`;
    if (found === undefined || fallen !== undefined) found = { component: candidate, told, isSure: fallen !== undefined };
  }
  return found;
}
