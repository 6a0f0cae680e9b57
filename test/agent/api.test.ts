import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AGENT, type Agent } from '../../agent/src/agent.ts';
import * as api from '../../agent/src/index.ts';
import { toldFields, toldMembers } from '../../agent/src/measure/told.ts';
import type { Work } from '../../agent/src/measure/work.ts';
import { decodeRecord, encodeInvocation } from '../../agent/src/record/index.ts';

const here = globalThis as { [AGENT]?: Agent };
let lines: string[];
let work: Work | undefined;
let strikes: string[];
let isOn: boolean;

beforeEach(() => {
  lines = [];
  strikes = [];
  isOn = true;
  work = { id: 'r1', startedMs: 0 };
  here[AGENT] = {
    isOn: () => isOn,
    quietly(what: string, hook: () => unknown) {
      try {
        return hook();
      } catch {
        strikes.push(what);
        return undefined;
      }
    },
    currentWork: () => work,
    writeLine: (line: string) => lines.push(line),
    workListeners: [],
  } as unknown as Agent;
});
afterEach(() => {
  delete here[AGENT];
});

/** What the line of a work would hold. */
const tail = (of: Work = work!) => JSON.parse(JSON.stringify(here[AGENT]!.tell!(of) ?? {}));

describe('without an agent', () => {
  beforeEach(() => {
    delete here[AGENT];
  });

  test('observe runs what it was given and hands back its result, promise or error untouched', async () => {
    const promise = Promise.resolve(2);
    const error = new Error('mine');
    expect(api.observe('job', () => 1)).toBe(1);
    expect(api.observe('job', () => promise)).toBe(promise);
    expect(() =>
      api.observe('job', () => {
        throw error;
      }),
    ).toThrow(error);
    await expect(api.observe('job', () => Promise.reject(error))).rejects.toBe(error);
  });

  test('everything else does nothing', () => {
    const breaker = {};
    const handler = () => {};
    expect(api.check('total', false)).toBe(false);
    expect(api.observeBreaker(breaker)).toBe(breaker);
    expect(api.wrapHandler(handler)).toBe(handler);
    api.countDropped();
    api.observeFallback('cache');
    api.startIncidentMark('alert');
  });
});

test('an agent that has turned itself off is no agent', () => {
  isOn = false;
  api.check('total', true);
  expect(work!.told).toBeUndefined();
});

describe('what a program tells', () => {
  test('stands in the line of its work, and nothing stands in the line of a work that was told nothing', () => {
    api.check('total', true);
    api.check('total', false);
    api.check('currency', true);
    api.countDropped();
    api.countDropped(3);
    api.observeFallback('price-cache');
    api.observeFallback('price-cache');
    expect(tail()).toEqual({
      ck: [
        ['total', 1, 1],
        ['currency', 1, 0],
      ],
      dr: 4,
      fb: 2,
      fx: ['price-cache'],
    });
    expect(tail({ id: 'r2', startedMs: 0 })).toEqual({});
  });

  test('is written as the contract writes it', () => {
    api.check('a "quoted"\n name \u2028', true);
    api.countDropped(2);
    api.observeFallback('cache');
    const told = work!.told!;
    const line = JSON.parse(encodeInvocation({ kind: 'invocation', ...toldFields(told) }));
    expect(JSON.parse(JSON.stringify({ nl: 1, k: 'inv', ...toldMembers(told) }))).toEqual(line);
  });

  test('outside of any work waits for the next line', () => {
    const later = work!;
    work = undefined;
    api.observeFallback('cache');
    api.check('total', false);
    api.countDropped(2);
    work = later;
    api.check('total', true);
    expect(tail()).toEqual({ ck: [['total', 1, 1]], dr: 2, fb: 1, fx: ['cache'] });
    expect(tail({ id: 'r2', startedMs: 0 })).toEqual({});
  });

  test('after the line of its work was written waits for the next one', () => {
    api.countDropped();
    expect(tail()).toEqual({ dr: 1 });
    api.countDropped();
    expect(tail({ id: 'r2', startedMs: 0 })).toEqual({ dr: 1 });
  });

  test('comes from both copies of the API where a program loads it twice', async () => {
    const secondCopy: string = '../../agent/src/index.ts?again';
    const again: typeof api = await import(secondCopy);
    expect(again.check).not.toBe(api.check);
    again.check('total', true);
    api.check('total', true);
    expect(tail()).toEqual({ ck: [['total', 2, 0]] });
  });

  test('under a thousand names keeps thirty-two of them, short ones, and counts the rest together', () => {
    for (let i = 0; i < 1000; i++) {
      api.check(`name ${i} ${'x'.repeat(100)}`, true);
      api.observeFallback(`fallback ${i}`);
    }
    const { ck, fb, fx } = tail();
    expect(ck).toHaveLength(33);
    expect(ck.every(([name]: [string]) => name.length <= 64)).toBe(true);
    expect(ck.at(-1)).toEqual(['other', 968, 0]);
    expect(fb).toBe(1000);
    expect(fx).toHaveLength(33);
  });

  test('with names and counts that are none does no harm', () => {
    const hostile: unknown[] = [
      undefined,
      null,
      7,
      Symbol('x'),
      {},
      new Proxy(
        {},
        {
          get() {
            throw new Error('no');
          },
        },
      ),
      '',
      '\ud800',
    ];
    for (const name of hostile) {
      expect(api.check(name as string, true)).toBe(true);
      api.observeFallback(name as string);
      api.observeBreaker(name as object);
    }
    for (const count of [Number.NaN, -1, 0.5, Infinity, '3', null]) api.countDropped(count as number);
    expect(strikes.length).toBeLessThanOrEqual(1);
    const decoded = decodeRecord(`{"nl":1,"k":"inv",${JSON.stringify(tail()).slice(1)}`);
    expect(decoded.kind).toBe('record');
  });
});

describe('observe', () => {
  test('makes a work of its own where the host can', () => {
    const names: string[] = [];
    here[AGENT]!.observe = (name, fn) => {
      names.push(name);
      return fn();
    };
    expect(api.observe('nightly', () => 1)).toBe(1);
    expect(names).toEqual(['nightly']);
  });

  test('only runs in Lambda, where the invocation is the work', () => {
    expect(api.observe('job', () => 1)).toBe(1);
  });
});

describe('an incident mark', () => {
  test('is a record line with its time and what it speaks of', () => {
    api.startIncidentMark('confirmed', { incidentId: 'i-7', component: 'orders-db', note: 'pool is full' });
    const decoded = decodeRecord(lines[0]!);
    expect(decoded).toMatchObject({
      kind: 'record',
      record: { kind: 'mark', mark: 'confirmed', incidentId: 'i-7', component: 'orders-db', note: 'pool is full' },
    });
  });

  test('of a program without types is still a line that can be read', () => {
    api.startIncidentMark(undefined as unknown as string, { note: 5, component: {} } as object);
    expect(decodeRecord(lines[0]!)).toMatchObject({ kind: 'record', record: { mark: 'unnamed' } });
  });
});

describe('wrapHandler', () => {
  test('gives what the host of the agent made of the handler', () => {
    const wrapped = () => {};
    here[AGENT]!.wrapHandler = <H>() => wrapped as H;
    expect(api.wrapHandler(() => {})).toBe(wrapped);
  });

  test('gives the handler itself when the host cannot', () => {
    const handler = () => {};
    expect(api.wrapHandler(handler)).toBe(handler);
    here[AGENT]!.wrapHandler = () => {
      throw new Error('broken');
    };
    expect(api.wrapHandler(handler)).toBe(handler);
  });
});
