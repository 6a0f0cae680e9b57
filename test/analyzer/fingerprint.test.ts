import { describe, expect, test } from 'vitest';
import { groupFailures, type SeenFailure } from '../../analyzer/src/failures/failure-groups.ts';
import { fingerprintOf } from '../../analyzer/src/failures/fingerprint.ts';
import type { ErrorFacts } from '../../analyzer/src/parse/application-line.ts';
import { readFrame } from '../../analyzer/src/parse/stack-frames.ts';

describe('a frame keeps the name that survives a build', () => {
  test.each([
    ['async OrderService.save (file:///var/task/index.mjs:12:5)', 'OrderService.save'],
    ['new OrderError (/var/task/src/errors.js:3:1)', 'OrderError'],
    ['Object.handler (/var/task/index.js:1:1)', 'handler'],
    ['Object.total [as get] (/var/task/index.js:1:1)', 'total'],
    ['OrderService.get total [as total] (/var/task/index.js:1:1)', 'OrderService.total'],
    ['save2 (/var/task/bundle.js:9:1)', 'save'],
    ['save$1 (/var/task/bundle.js:9:1)', 'save'],
    ['_OrderService.save (/var/task/bundle.js:9:1)', 'OrderService.save'],
    ['OrderService_1.save (/var/task/bundle.js:9:1)', 'OrderService.save'],
    ['Module.load (webpack://app/./src/load.ts:3:9)', 'load'],
    ['Array.priceOf (/var/task/index.js:1:1)', 'priceOf'],
    ['OrderService.#charge (/var/task/index.js:1:1)', 'OrderService.#charge'],
    ['lambda_handler (/var/task/app.py:12)', 'lambda_handler'],
    ['/var/task/index.js:4:2', undefined],
    ['Object.<anonymous> (/var/task/index.js:4:2)', undefined],
    ['t.chargeCard (/var/task/index.js:2:18044)', 'chargeCard'],
    ['Xe (/var/task/index.js:2:18044)', undefined],
  ])('%s', (text, name) => {
    expect(readFrame(text)).toMatchObject({ owner: 'own', name });
  });

  test.each([
    ['parse (/var/task/node_modules/pg/lib/parser.js:3:1)', 'dependency'],
    ['get (/var/task/node_modules/.pnpm/axios@1/node_modules/axios/x.cjs:3:1)', 'dependency'],
    ['fit (/opt/python/lib/python3.12/site-packages/np/x.py:7)', 'dependency'],
    ['throwDefaultError (/var/task/index.js:40:1)', 'dependency'],
    ['TCPConnectWrap.afterConnect [as oncomplete] (node:net:1607:16)', 'platform'],
    ['async Promise.all (index 0)', 'platform'],
    ['Array.map (<anonymous>)', 'platform'],
    ['Runtime.handleOnceNonStreaming (file:///var/runtime/index.mjs:1173:29)', 'platform'],
    ['__webpack_require__ (/var/task/index.js:9:1)', 'platform'],
    ['fulfilled (/var/task/index.js:5:58)', 'platform'],
  ])('%s is not the program', (text, owner) => {
    expect(readFrame(text).owner).toBe(owner);
  });
});

describe('one failure has one id', () => {
  const base = failure('Error', 'order ORD-1 is closed', ['priceOf (/a/src/price.js:3:9)', 'handler (/a/index.js:9:1)']);

  test.each([
    [
      'in another folder, on another line, called by another',
      failure('Error', 'order ORD-77 is closed', ['priceOf (/b/lib/p-3fa9.mjs:99:2)', 'async retry (/b/r.js:1:1)']),
    ],
    ['after a bundler renamed it', failure('Error', 'order 9 is closed', ['priceOf2 (/var/task/index.js:3021:9)'])],
    ['however deep the recursion', failure('Error', 'order 9 is closed', Array(5).fill('priceOf (/a/src/price.js:4:9)'))],
    ['below frames of a package', failure('Error', 'order 9 is closed', ['run (/a/node_modules/x/y.js:1:1)', 'priceOf (/a/p.js:1:1)'])],
  ])('%s', (_, other) => {
    expect(fingerprintOf([other]).id).toBe(fingerprintOf([base]).id);
  });

  test.each([
    ['another function', failure('Error', 'order ORD-1 is closed', ['refundOf (/a/src/price.js:3:9)'])],
    ['another message', failure('Error', 'order ORD-1 is empty', ['priceOf (/a/src/price.js:3:9)'])],
    ['another type', failure('RangeError', 'order ORD-1 is closed', ['priceOf (/a/src/price.js:3:9)'])],
    ['another code', { ...base, code: 'E_CLOSED' }],
  ])('and another with %s', (_, other) => {
    expect(fingerprintOf([other]).id).not.toBe(fingerprintOf([base]).id);
  });

  test('causes tell two failures of one wrapper apart', () => {
    const reset = failure('Error', 'socket hang up', []);
    const lock = failure('Error', 'lock held by 12', []);
    const ids = [[base], [base, reset], [base, lock]].map((chain) => fingerprintOf(chain).id);
    expect(new Set(ids).size).toBe(3);
  });

  test('a status code is no value, an id is one', () => {
    const at = ['get (/a/x.js:1:1)'];
    const id = (message: string) => fingerprintOf([failure('AxiosError', message, at)]).id;
    expect(id('Request failed with status code 404')).not.toBe(id('Request failed with status code 503'));
    expect(id('no order 404')).toBe(id('no order 503'));
  });

  test('two hosts that cannot be reached are two failures', () => {
    const id = (message: string) => fingerprintOf([{ ...failure('Error', message, []), code: 'ECONNREFUSED' }]).id;
    expect(id('connect ECONNREFUSED 10.0.0.1:5432')).not.toBe(id('connect ECONNREFUSED 10.0.0.1:6379'));
    expect(id('connect ECONNREFUSED 10.0.0.1:5432')).toBe(id('connect ECONNREFUSED 10.0.9.7:5432'));
  });

  test('the id says its version and what it was made of', () => {
    const { id, madeOf } = fingerprintOf([base]);
    expect(id).toMatch(/^v1:[0-9a-f]{10}$/);
    expect(madeOf).toMatchObject({ type: 'Error', functions: ['priceOf'], template: 'order <*> is closed', basis: { kind: 'function' } });
  });

  test('a minified stack says that only the message was left', () => {
    expect(fingerprintOf([failure('Error', 'x', ['Xe (/var/task/index.js:2:18044)'])]).madeOf.basis).toEqual({
      kind: 'message',
      because: 'minified',
    });
    expect(fingerprintOf([failure('Error', 'x', [])]).madeOf.basis).toEqual({ kind: 'message', because: 'no stack' });
    expect(fingerprintOf([]).id).toMatch(/^v1:/);
  });
});

describe('all errors together tell more than each by itself', () => {
  test('a word that takes many values at one place is a value', () => {
    const places = 'Oslo Lima Bonn Rome Cork Nice Bern'.split(' ');
    const groups = groupFailures(
      places.map((name) => seen(failure('Error', `nobody delivers to ${name}`, ['route (/a.js:1:1)', `${name} (/a.js:9:1)`]))),
    );
    expect(groups.map(({ madeOf, members }) => [madeOf.template, members.length])).toEqual([['nobody delivers to <*>', 7]]);
  });

  test('a helper that throws for others is told by its caller', () => {
    const throws = (message: string, caller: string) =>
      seen(failure('Error', message, ['complain (/a.js:1:1)', `${caller} (/a.js:9:1)`]), 4);
    const groups = groupFailures([
      throws('street missing', 'readAddress'),
      throws('too many items ordered', 'readBasket'),
      throws('street missing', 'readInvoice'),
    ]);
    expect(groups).toHaveLength(3);
    expect(groups.map(({ madeOf }) => madeOf.functions.join(' < ')).sort()).toEqual([
      'complain < readAddress',
      'complain < readBasket',
      'complain < readInvoice',
    ]);
  });

  test('its healthy twin, a wrapper that many call, is not split by callers', () => {
    const causes = ['socket hang up', 'lock is held'];
    const all = causes.flatMap((cause) =>
      ['a', 'b', 'c'].map((caller) =>
        seen(failure('Error', `could not save: ${cause}`, ['saveAll (/a.js:1:1)', `${caller}Caller (/a.js:9:1)`]), 3),
      ),
    );
    expect(groupFailures(all)).toHaveLength(2);
  });

  test('a function of node_modules stays one in the next build, which is bundled', () => {
    const unbundled = seen(
      failure('Error', 'duplicate key', ['makeAnswer (/a/node_modules/db/x.js:1:1)', 'saveOrder (/a/src/o.js:1:1)']),
      1,
      'v1',
    );
    const bundled = seen(
      failure('Error', 'duplicate key', ['makeAnswer (/var/task/index.js:9:1)', 'saveOrder (/var/task/index.js:90:1)']),
      1,
      'v2',
    );
    expect(groupFailures([unbundled, bundled])).toHaveLength(1);
  });

  test('a minified error joins the one failure that says the same, and none when two do', () => {
    const named = seen(failure('Error', 'order 1 is closed', ['priceOf (/a.js:1:1)']), 1, 'v1');
    const twin = seen(failure('Error', 'order 1 is closed', ['refundOf (/b.js:1:1)']), 1, 'v1');
    const minified = seen(failure('Error', 'order 2 is closed', ['Xe (/var/task/index.js:2:18044)']), 1, 'v2');
    expect(groupFailures([named, minified])).toHaveLength(1);
    const three = groupFailures([named, twin, minified]);
    expect(three).toHaveLength(3);
    expect(three.every(({ looksLike }) => looksLike.length === 2)).toBe(true);
  });

  test('every group leads to its members and answers to the id that each has by itself', () => {
    const one = failure('Error', 'order 1 is closed', ['priceOf (/a.js:1:1)']);
    const [group] = groupFailures([{ errors: [one], build: 'v1', count: 3, member: 'first' }]);
    expect(group).toMatchObject({ id: fingerprintOf([one]).id, aliases: [fingerprintOf([one]).id], count: 3, members: ['first'] });
  });

  test('the order of what was seen does not matter', () => {
    const all = ['Oslo', 'Lima', 'Bonn', 'Rome', 'Cork', 'Nice', 'Bern'].flatMap((name, i) => [
      seen(failure('Error', `nobody delivers to ${name}`, ['route (/a.js:1:1)', 'x (/a.js:2:2)']), 1 + i, `v${i % 2}`),
      seen(failure('TypeError', `${name} is not a function`, ['Xe (/var/task/index.js:2:18044)']), 1, 'v3'),
    ]);
    const ids = (list: typeof all) => groupFailures(list).map(({ id, count }) => `${id} ${count}`);
    expect(ids([...all].reverse())).toEqual(ids(all));
  });
});

function failure(type: string, message: string, stack: readonly string[]): ErrorFacts {
  return { type, message, stack };
}

function seen(error: ErrorFacts, count = 1, build = 'v1'): SeenFailure<ErrorFacts> {
  return { errors: [error], build, count, member: error };
}
