/**
 * What changed, at every component and on every call, in the form in which suspects are computed from it.
 *
 * A component without figures of its own is seen through its callers; a call that nobody counts is estimated from the
 * traffic of both sides.
 */
import type { CallLink } from './call-link.ts';
import type { ComponentSeries } from './component-series.ts';
import { type DependencyGraph, dependencyGraph } from './dependency-graph.ts';
import { type LevelShift, levelShift } from './level-shift.ts';

export interface Incident {
  readonly alert: { readonly component: string };
  /** Index of the first period of the incident in all series. */
  readonly incidentFrom: number;
  readonly components: readonly ComponentSeries[];
  readonly links: readonly CallLink[];
  /** Every component that the alert's requests come by tells whom it calls: who lies on no trail only changed at the same time. */
  readonly isTrailComplete?: boolean;
}

export interface ComponentChange {
  readonly component: string;
  readonly kind: ComponentSeries['kind'];
  readonly requests: LevelShift | undefined;
  readonly latency: LevelShift | undefined;
  readonly failed: LevelShift | undefined;
  /** Of a cache. */
  readonly hits: LevelShift | undefined;
  /** Seen only through its callers. */
  readonly isSeenByClientsOnly: boolean;
}

export interface CallChange {
  readonly caller: string;
  readonly callee: string;
  /** Calls for each request of the caller. */
  readonly perRequestBefore: number;
  readonly perRequestNow: number;
  /** Calls a period; undefined where nobody counts them. */
  readonly calls: LevelShift | undefined;
  /** As the caller sees it, or as the callee does where the caller tells nothing. */
  readonly latency: LevelShift | undefined;
  readonly failed: LevelShift | undefined;
}

export interface IncidentScene {
  readonly graph: DependencyGraph;
  readonly changes: ReadonlyMap<string, ComponentChange>;
  readonly callsFrom: (component: string) => readonly CallChange[];
  readonly callsTo: (component: string) => readonly CallChange[];
}

export function incidentScene({ components, links, incidentFrom }: Incident): IncidentScene {
  const graph = dependencyGraph(components, links);
  const byName = new Map(components.map((one) => [one.component, one]));
  const shift = (series: readonly number[] | undefined) => (series === undefined ? undefined : levelShift(series, incidentFrom));
  const changes = new Map<string, ComponentChange>();
  for (const component of graph.components) {
    const own = byName.get(component);
    const told = own ?? seenByClients(graph.callersOf(component)) ?? seenByClients(remotesOf(component, components, graph));
    changes.set(component, {
      component,
      kind: own?.kind,
      requests: shift(told?.requests),
      latency: shift(told?.latencyMs),
      failed: shift(told?.failedShare),
      hits: shift(own?.hitShare),
      isSeenByClientsOnly: own === undefined || own.kind === 'remote',
    });
  }
  const calls = graph.links.flatMap((link) => callChange(link, shift, changes, graph) ?? []);
  const from = grouped(calls, 'caller');
  const to = grouped(calls, 'callee');
  return { graph, changes, callsFrom: (component) => from.get(component) ?? [], callsTo: (component) => to.get(component) ?? [] };
}

function callChange(
  { caller, callee, requests, latencyMs, failedShare }: CallLink,
  shift: (series: readonly number[] | undefined) => LevelShift | undefined,
  changes: ReadonlyMap<string, ComponentChange>,
  graph: DependencyGraph,
): CallChange | undefined {
  const from = changes.get(caller)!;
  const to = changes.get(callee)!;
  const calls = shift(requests);
  const latency = shift(latencyMs) ?? to.latency;
  const failed = shift(failedShare) ?? to.failed;
  if (calls !== undefined && from.requests !== undefined) {
    return {
      caller,
      callee,
      perRequestBefore: share(calls.before, from.requests.before),
      perRequestNow: share(calls.now, from.requests.now),
      calls,
      latency,
      failed,
    };
  }
  if (to.requests === undefined) return { caller, callee, perRequestBefore: 1, perRequestNow: 1, calls, latency, failed };
  // Nobody counts the calls of each caller: the callee's requests are dealt out by the traffic of its callers.
  const callers = graph.callersOf(callee).map((one) => changes.get(one.caller)?.requests);
  const all = (at: 'before' | 'now') => callers.reduce((sum, one) => sum + (one?.[at] ?? 0), 0);
  return {
    caller,
    callee,
    perRequestBefore: share(to.requests.before, all('before')),
    perRequestNow: share(to.requests.now, all('now')),
    calls,
    latency,
    failed,
  };
}

/** Nodes that stand for a component that tells nothing itself. */
function remotesOf(component: string, components: readonly ComponentSeries[], { aliases }: DependencyGraph): ComponentSeries[] {
  return components.filter((one) => one.kind === 'remote' && aliases.get(one.component) === component);
}

/** What callers see of one peer: calls added up, latency and failures weighted by them. */
function seenByClients(
  links: readonly Pick<CallLink, 'requests' | 'latencyMs' | 'failedShare'>[],
): Pick<ComponentSeries, 'requests' | 'latencyMs' | 'failedShare'> | undefined {
  const told = links.filter(
    ({ requests, latencyMs, failedShare }) => requests !== undefined && latencyMs !== undefined && failedShare !== undefined,
  );
  const [first] = told;
  if (first === undefined) return undefined;
  const requests = first.requests!.map((_, t) => told.reduce((sum, link) => sum + link.requests![t]!, 0));
  const weighted = (valuesOf: (link: (typeof told)[number]) => readonly number[]) =>
    requests.map((all, t) => told.reduce((sum, link) => sum + (link.requests![t]! / all) * valuesOf(link)[t]!, 0));
  return { requests, latencyMs: weighted((link) => link.latencyMs!), failedShare: weighted((link) => link.failedShare!) };
}

function grouped(calls: readonly CallChange[], by: 'caller' | 'callee'): Map<string, CallChange[]> {
  const groups = new Map<string, CallChange[]>();
  for (const call of calls) groups.set(call[by], [...(groups.get(call[by]) ?? []), call]);
  return groups;
}

function share(part: number, whole: number): number {
  return whole > 0 ? part / whole : 1;
}
