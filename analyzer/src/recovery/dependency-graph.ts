/**
 * Who calls whom, under one name each.
 *
 * Links come from traces and from the agent's counts of outbound calls; both know only the caller's name for its peer.
 * What could not be joined is kept and listed, because a broken trail is the dearest part of a night.
 */
import type { CallLink } from './call-link.ts';
import type { ComponentSeries } from './component-series.ts';
import { bareName, peerAliases } from './peer-aliases.ts';

export interface DependencyGraph {
  /** In the order in which they were first seen. */
  readonly components: readonly string[];
  readonly links: readonly CallLink[];
  /** Callers' names for components, where they differ. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Peers that no component answers to: outside, or not instrumented. */
  readonly unresolved: readonly string[];
  /** Components that nobody is seen to call although others are: the trail to them is broken. */
  readonly withoutCaller: readonly string[];
  readonly calleesOf: (component: string) => readonly CallLink[];
  readonly callersOf: (component: string) => readonly CallLink[];
  /** Shortest way along calls, both ends included; undefined where no trail leads there. */
  readonly pathBetween: (from: string, to: string) => readonly string[] | undefined;
}

export function dependencyGraph(components: readonly ComponentSeries[], links: readonly CallLink[]): DependencyGraph {
  const aliases = peerAliases(components, links);
  const resolved = links
    .map((link) => ({ ...link, callee: aliases.get(link.callee) ?? link.callee }))
    .filter(({ caller, callee }) => caller !== callee);
  const own = components.filter(({ kind, component }) => kind !== 'remote' || !aliases.has(component)).map(({ component }) => component);
  const names = [...new Set([...own, ...resolved.flatMap(({ caller, callee }) => [caller, callee])])];
  const out = grouped(resolved, ({ caller }) => caller);
  const into = grouped(resolved, ({ callee }) => callee);
  const known = new Set(components.filter(({ kind }) => kind !== 'remote').map(({ component }) => component));
  return {
    components: names,
    links: resolved,
    aliases,
    unresolved: names.filter((name) => !known.has(name)),
    withoutCaller: names.filter((name) => known.has(name) && !into.has(name)),
    calleesOf: (component) => out.get(component) ?? [],
    callersOf: (component) => into.get(component) ?? [],
    pathBetween: (from, to) => shortestPath(out, from, to),
  };
}

/** A graph from counts alone: functions with series unknown, peers joined by their names. */
export function graphOfCalls(
  calls: readonly { readonly functionName: string; readonly peer: string; readonly callCount: number }[],
): DependencyGraph {
  const callers = [...new Set(calls.map(({ functionName }) => functionName))];
  const byBareName = new Map(callers.map((name) => [bareName(name), name]));
  const links = calls.map(({ functionName, peer, callCount }) => ({
    caller: functionName,
    callee: byBareName.get(bareName(peer)) ?? peer,
    callCount,
  }));
  return dependencyGraph(
    callers.map((component) => ({ component, requests: [], latencyMs: [], failedShare: [] })),
    links,
  );
}

function grouped(links: readonly CallLink[], keyOf: (link: CallLink) => string): Map<string, CallLink[]> {
  const groups = new Map<string, CallLink[]>();
  for (const link of links) {
    const key = keyOf(link);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [link]);
    else group.push(link);
  }
  return groups;
}

function shortestPath(out: ReadonlyMap<string, readonly CallLink[]>, from: string, to: string): string[] | undefined {
  const cameFrom = new Map<string, string | undefined>([[from, undefined]]);
  const waiting = [from];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (next === to) {
      const path: string[] = [];
      for (let at: string | undefined = to; at !== undefined; at = cameFrom.get(at)) path.unshift(at);
      return path;
    }
    for (const { callee } of out.get(next) ?? []) {
      if (cameFrom.has(callee)) continue;
      cameFrom.set(callee, next);
      waiting.push(callee);
    }
  }
  return undefined;
}
