/** Names of routes: few, without values, and counted exactly whatever an application invents. */
import { channel } from 'node:diagnostics_channel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { learnFastifyRoutes } from '../../agent/src/host/process/fastify-routes.ts';
import { createRemarkableWorks } from '../../agent/src/host/process/remarkable-works.ts';
import { createRouteCounts } from '../../agent/src/host/process/route-counts.ts';
import { maskPath, pathOf } from '../../agent/src/host/process/route-name.ts';
import { bucketOfMs, HISTOGRAM_LENGTH } from '../../agent/src/record/histogram-text.ts';
import { createPlainAgent } from '../support/agent/plain-agent.ts';

describe('a path with its values taken out', () => {
  test.each([
    ['/', '/'],
    ['/orders', '/orders'],
    ['/orders/42', '/orders/:id'],
    ['/api/v2/orders/42/items', '/api/v2/orders/:id/items'],
    ['/users/0f8fad5b-d9cb-469f-a165-70867728950e', '/users/:id'],
    ['/commits/9fceb02', '/commits/:id'],
    ['/reports/2026-11-21', '/reports/:id'],
    ['/hosts/10.0.0.1', '/hosts/:id'],
    ['/mail/someone%40example.com', '/mail/:id'],
    ['/mail/someone@example.com', '/mail/:id'],
    ['/orders/order-12345', '/orders/:id'],
    ['/session/eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9', '/session/:id'],
    ['/assets/app-3f2a9c1b.js', '/assets/:id.js'],
    ['/assets/logo.svg', '/assets/logo.svg'],
    ['/health-check', '/health-check'],
    ['/oauth2/token', '/oauth2/token'],
    ['/a/b/c/d/e/f/g/h', '/a/b/c/d/e/f/*'],
    ['http://elsewhere/secret', '*'],
    ['*', '*'],
  ])('%s is %s', (path, masked) => {
    expect(maskPath(path)).toBe(masked);
  });

  test('a query never becomes part of a name', () => {
    expect(pathOf('/orders?token=secret/42')).toBe('/orders');
    fc.assert(fc.property(fc.webPath(), fc.webQueryParameters(), (path, query) => pathOf(`${path}?${query}`) === path));
  });

  test('masking twice changes nothing more', () => {
    fc.assert(fc.property(fc.webPath(), (path) => maskPath(maskPath(path).replaceAll(':id', '1')) === maskPath(path)));
  });
});

describe('counting', () => {
  test('every request is counted once, in one route and one bucket', () => {
    const requests = fc.array(fc.record({ path: fc.webPath(), ms: fc.double({ min: 0, max: 1e6, noNaN: true }), failed: fc.boolean() }), {
      maxLength: 300,
    });
    fc.assert(
      fc.property(requests, (made) => {
        const routes = createRouteCounts();
        for (const { path, ms, failed } of made) {
          if (failed) routes.count(routes.rowOfRequest('GET', path, undefined, 500), bucketOfMs(ms), true);
          else routes.countLater('GET', path, undefined, false, ms);
        }
        const taken = routes.take();
        const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
        expect(taken.requestCount).toBe(made.length);
        expect(taken.failedCount).toBe(made.filter(({ failed }) => failed).length);
        expect(sum(taken.durations.map(({ count }) => count))).toBe(made.length);
        expect(sum(taken.routes.map(({ requestCount }) => requestCount))).toBe(made.length);
        expect(taken.routes.length).toBeLessThanOrEqual(21);
        expect(routes.take()).toMatchObject({ requestCount: 0, routes: [] });
      }),
      { numRuns: 50 },
    );
  });

  test('a request that is counted later is counted in the same route and bucket', () => {
    const asked = fc.record({
      method: fc.constantFrom('GET', 'POST'),
      path: fc.constantFrom('/', '/a', '/b', '/ab', '/ba', '/orders/1', '/orders/2', '/orders/1?at=once', '/gone', '/b?c=/a'),
      pattern: fc.constantFrom(undefined, undefined, '/orders/:id'),
      status: fc.constantFrom(200, 404),
      ms: fc.double({ min: 0, max: 1e6, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(fc.array(asked, { maxLength: 200 }), { maxLength: 3 }), (windows) => {
        const [atOnce, later] = [createRouteCounts(), createRouteCounts()];
        for (const made of windows) {
          for (const { method, path, pattern, status, ms } of made) {
            atOnce.count(atOnce.rowOfRequest(method, path, pattern, status), bucketOfMs(ms), false);
            later.countLater(method, path, pattern, status === 404, ms);
          }
          expect(later.take()).toEqual(atOnce.take());
        }
      }),
      { numRuns: 50 },
    );
  });

  test('a route that fell silent makes room for another', () => {
    const routes = createRouteCounts();
    const ask = (path: string) => routes.count(routes.rowOfRequest('GET', path, undefined, 200), bucketOfMs(1), false);
    const word = (at: number) => `/word${String.fromCharCode(97 + Math.floor(at / 26), 97 + (at % 26))}`;
    for (let at = 0; at < 60; at++) ask(word(at));
    expect(routes.take().routes.at(-1)).toMatchObject({ route: 'other', requestCount: 40 });
    routes.take();
    ask(word(59));
    expect(routes.take().routes).toMatchObject([{ route: `GET ${word(59)}`, requestCount: 1 }]);
  });

  test('what is not there has one name, what is only missing now keeps its own', () => {
    const routes = createRouteCounts();
    expect(routes.rowOfRequest('GET', '/orders/1', undefined, 200).route).toBe('GET /orders/:id');
    expect(routes.rowOfRequest('GET', '/orders/2', undefined, 404).route).toBe('GET /orders/:id');
    expect(routes.rowOfRequest('GET', '/wp-admin/setup.php', undefined, 404).route).toBe('GET unmatched');
    expect(routes.rowOfRequest('GET', '/users/me', '/users/:name', 404).route).toBe('GET /users/:name');
  });
});

describe('patterns of Fastify', () => {
  const spoken = channel('tracing:fastify.request.handler:start');
  const tell = (url: string, pattern: string) => spoken.publish({ request: { raw: { method: 'GET', url } }, route: { url: pattern } });

  test('are learned, then nobody listens until a path comes that fits none', () => {
    const routes = learnFastifyRoutes(createPlainAgent({}));
    tell('/orders/1', '/orders/:orderId');
    tell('/users/alice', '/users/:name');
    expect(routes.find('GET', '/orders/:id')).toBe('/orders/:orderId');
    for (let request = 0; request < 200; request++) tell('/orders/2', '/orders/:orderId');
    expect(spoken.hasSubscribers).toBe(false);
    expect(routes.find('GET', '/users/bob')).toBe('/users/:name');
    expect(spoken.hasSubscribers).toBe(false);
    expect(routes.find('GET', '/somewhere/else')).toBeUndefined();
    expect(spoken.hasSubscribers).toBe(true);
  });

  test('that two paths share a mask for are not guessed', () => {
    const routes = learnFastifyRoutes(createPlainAgent({}));
    tell('/orders/12345', '/orders/12345');
    tell('/orders/1', '/orders/:orderId');
    expect(routes.find('GET', '/orders/:id')).toBeUndefined();
  });

  test('what throws in our listener is a strike, and the publisher goes on', () => {
    const agent = createPlainAgent({});
    learnFastifyRoutes(agent);
    spoken.publish({});
    expect(agent.notes[0]).toContain('fastify threw');
  });
});

describe('which works are sent one by one', () => {
  const learned = () => {
    const works = createRemarkableWorks();
    const counts = new Uint32Array(HISTOGRAM_LENGTH);
    counts[bucketOfMs(10)] = 990;
    counts[bucketOfMs(500)] = 10;
    works.learn(counts);
    return works;
  };

  test('slow ones also when the ordinary ones have used up their second', () => {
    const works = learned();
    const ordinary = Array.from({ length: 100 }, () => works.choose(false, bucketOfMs(10), false, 1));
    expect(ordinary.filter(Boolean)).toHaveLength(20);
    expect(works.choose(false, bucketOfMs(500), false, 2)).toBe(true);
    expect(works.choose(false, bucketOfMs(10), true, 2)).toBe(true);
    expect(works.choose(true, bucketOfMs(10), false, 2)).toBe(true);
    expect(works.choose(false, bucketOfMs(10), false, 2)).toBe(false);
    expect(works.choose(false, bucketOfMs(10), false, 1002)).toBe(true);
  });

  test('an outage does not flood', () => {
    const works = learned();
    expect(Array.from({ length: 10_000 }, () => works.choose(true, bucketOfMs(10), false, 1)).filter(Boolean)).toHaveLength(50);
  });

  test('what is passed over is never chosen', () => {
    const worked = fc.record({
      ms: fc.oneof(fc.double({ min: 0, max: 1000, noNaN: true }), fc.constantFrom(499.9, 500, 501)),
      afterMs: fc.nat(100),
    });
    fc.assert(
      fc.property(fc.boolean(), fc.array(worked, { minLength: 50, maxLength: 200 }), (knowsSlow, made) => {
        const works = knowsSlow ? learned() : createRemarkableWorks();
        let nowMs = 1;
        for (const { ms, afterMs } of made) {
          nowMs += afterMs;
          const passed = works.passesOver(ms, nowMs);
          expect(works.choose(false, bucketOfMs(ms), false, nowMs) && passed).toBe(false);
        }
      }),
    );
    const works = learned();
    for (let request = 0; request < 20; request++) works.choose(false, bucketOfMs(10), false, 1);
    expect([works.passesOver(10, 2), works.passesOver(500, 2), works.passesOver(10, 1002)]).toEqual([true, false, false]);
  });

  test('nothing is slow before there is something to compare with', () => {
    const works = createRemarkableWorks();
    for (let request = 0; request < 20; request++) works.choose(false, bucketOfMs(1), false, 1);
    expect(works.choose(false, bucketOfMs(60_000), false, 1)).toBe(false);
  });
});
