/** Where to look first, on small systems whose faulty component is known. */
import { describe, expect, test } from 'vitest';
import type { CallLink } from '../../analyzer/src/recovery/call-link.ts';
import type { ComponentSeries } from '../../analyzer/src/recovery/component-series.ts';
import { dependencyGraph, graphOfCalls } from '../../analyzer/src/recovery/dependency-graph.ts';
import { bareName } from '../../analyzer/src/recovery/peer-aliases.ts';
import { rankSuspects } from '../../analyzer/src/recovery/suspects.ts';

const BEFORE = 30;
const DURING = 12;

describe('the graph of who calls whom', () => {
  test.each([
    ['orders_remote', 'orders'],
    ['Orders-Client', 'orders'],
    ['https://orders.prod.internal:8080/v1', 'orders'],
    ['arn:aws:lambda:eu-west-1:123456789012:function:orders', 'orders'],
    ['10.0.3.7:8080', '10.0.3.7'],
  ])('%s is %s', (name, bare) => {
    expect(bareName(name)).toBe(bare);
  });

  test('a name that only callers use is joined with the component it stands for', () => {
    const graph = dependencyGraph([steady('site'), steady('orders')], [{ caller: 'site', callee: 'orders.internal:80' }]);
    expect(graph.pathBetween('site', 'orders')).toEqual(['site', 'orders']);
    expect([...graph.aliases]).toEqual([['orders.internal:80', 'orders']]);
    expect(graph.unresolved).toEqual([]);
  });

  test('an address is joined with the component whose traffic moves as the calls do, and not where two move alike', () => {
    const calls = wave(1);
    const link: CallLink = { caller: 'site', callee: '10.0.3.7:80', requests: calls, latencyMs: constant(8), failedShare: constant(0) };
    const own = { component: 'orders', requests: calls, latencyMs: constant(8), failedShare: constant(0) };
    const other = { component: 'ads', requests: wave(2), latencyMs: constant(90), failedShare: constant(0) };
    expect(dependencyGraph([steady('site'), own, other], [link]).aliases.get('10.0.3.7:80')).toBe('orders');
    expect(dependencyGraph([steady('site'), own, { ...own, component: 'twin' }], [link]).aliases.size).toBe(0);
  });

  test('what nobody answers to is listed, and so is what nobody is seen to call', () => {
    const graph = graphOfCalls([
      { functionName: 'site', peer: 'orders.internal', callCount: 9 },
      { functionName: 'orders', peer: 'api.stripe.com', callCount: 9 },
    ]);
    expect(graph.unresolved).toEqual(['api.stripe.com']);
    expect(graph.withoutCaller).toEqual(['site']);
    expect(graph.pathBetween('site', 'api.stripe.com')).toEqual(['site', 'orders', 'api.stripe.com']);
  });

  test('a circle of calls ends', () => {
    const graph = graphOfCalls([
      { functionName: 'a', peer: 'b', callCount: 1 },
      { functionName: 'b', peer: 'a', callCount: 1 },
    ]);
    expect(graph.pathBetween('a', 'b')).toEqual(['a', 'b']);
    expect(graph.pathBetween('b', 'nobody')).toBeUndefined();
  });
});

describe('suspects', () => {
  test('the slow store is named before the services that wait for it, with its path', () => {
    const [first] = ranked(
      [steady('site', 40, 140), steady('orders', 30, 130), steady('orders-db', 10, 110)],
      ['site>orders', 'orders>orders-db'],
    );
    expect(first).toMatchObject({ component: 'orders-db', mechanism: 'slow by itself', path: ['site', 'orders', 'orders-db'] });
    expect(first?.explains).toBeGreaterThan(0.9);
  });

  test('a service that became slow without its callees is named, not the callee', () => {
    const [first] = ranked(
      [steady('site', 40, 140), steady('orders', 30, 130), steady('orders-db', 10, 10)],
      ['site>orders', 'orders>orders-db'],
    );
    expect(first?.component).toBe('orders');
  });

  test('a bystander that changed more, and is asked by nobody, stands behind', () => {
    const [first] = ranked([steady('site', 40, 90), steady('orders', 30, 80), steady('reports', 10, 400, 2)], ['site>orders']);
    expect(first?.component).toBe('orders');
  });

  test('a cache that forgets is named for the store that it makes slow', () => {
    const store = { ...steady('db', 5, 60), requests: [...constant(100).slice(0, BEFORE), ...constant(900).slice(0, DURING)] };
    const cache = { ...steady('redis-cache', 1, 50), hitShare: [...constant(0.9).slice(0, BEFORE), ...constant(0.1).slice(0, DURING)] };
    const [first] = ranked([steady('site', 20, 69), cache, store], ['site>redis-cache', 'redis-cache>db']);
    expect(first).toMatchObject({ component: 'redis-cache', mechanism: 'misses more' });
    expect(first?.evidence.join()).toMatch(/hits of redis-cache fell by 80 points/);
  });

  test('a service that is flooded from elsewhere is named, and not the store that it floods in turn', () => {
    const flood = [...constant(1_000).slice(0, BEFORE), ...constant(4_000).slice(0, DURING)];
    const orders = { ...steady('orders', 30, 230), requests: flood };
    const store = { ...steady('orders-db', 10, 190), requests: flood };
    const [first] = ranked([steady('site', 40, 240), orders, store], ['site>orders', 'orders>orders-db']);
    expect(first).toMatchObject({ component: 'orders', mechanism: 'gets more load than its callers send' });
  });

  test('where the slow part calls somebody who tells nothing, that one stands beside it, with a doubt', () => {
    const suspects = ranked([steady('site', 40, 240), steady('orders', 30, 230)], ['site>orders', 'orders>stripe']);
    expect(suspects.slice(0, 2).map(({ component }) => component)).toEqual(['orders', 'stripe']);
    expect(suspects[1]?.doubts.join()).toMatch(/tells nothing itself/);
  });

  test('nothing that changed is nobody to suspect', () => {
    const ranking = rankSuspects(incidentOf([steady('site'), steady('orders')], ['site>orders']));
    expect(ranking).toMatchObject({ kind: 'cannot-tell', missing: 'a component whose own part changed' });
  });

  test('an alert at a component without figures cannot be followed, and that is said', () => {
    const ranking = rankSuspects({ ...incidentOf([steady('orders')], []), alert: { component: 'site' } });
    expect(ranking).toMatchObject({ kind: 'cannot-tell', missing: expect.stringContaining('latency or failures of site') });
  });

  test('gaps and single values make no figure', () => {
    const holes = { component: 'site', requests: [1], latencyMs: [Number.NaN, 5], failedShare: [] };
    expect(rankSuspects({ alert: { component: 'site' }, incidentFrom: 1, components: [holes], links: [] }).kind).toBe('cannot-tell');
  });
});

function ranked(components: readonly ComponentSeries[], calls: readonly string[]) {
  const ranking = rankSuspects(incidentOf(components, calls));
  return ranking.kind === 'ranked' ? ranking.suspects : [];
}

function incidentOf(components: readonly ComponentSeries[], calls: readonly string[]) {
  const links = calls.map((call) => ({ caller: call.split('>')[0]!, callee: call.split('>')[1]! }));
  return { alert: { component: 'site' }, incidentFrom: BEFORE, components, links };
}

/** 1,000 requests a minute, a latency before and during, a little noise that is the same on every run. */
function steady(component: string, beforeMs = 20, duringMs = beforeMs, phase = 0): ComponentSeries {
  return {
    component,
    requests: constant(1_000),
    latencyMs: constant(1).map((one, t) => one * (t < BEFORE ? beforeMs : duringMs) * (1 + 0.02 * Math.sin(t * 7 + phase))),
    failedShare: constant(0.0001),
  };
}

function constant(value: number): number[] {
  return new Array<number>(BEFORE + DURING).fill(value);
}

function wave(phase: number): number[] {
  return constant(1).map((_, t) => 1_000 + 400 * Math.sin(t / 3 + phase));
}
