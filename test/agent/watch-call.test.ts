import { describe, expect, test } from 'vitest';
import { watchCall } from '../../agent/src/host/lambda/watch-call.ts';

/** Wraps a handler and keeps what the wrapper told of its calls. */
function watched<H extends (...args: never[]) => unknown>(handler: H) {
  const ends: [failed: boolean, value: unknown][] = [];
  const apply = watchCall(() => (failed, value) => ends.push([failed, value]), Promise.prototype.then);
  return { ends, wrapped: new Proxy(handler, { apply }) };
}

const context = () => ({ awsRequestId: 'r-1', getRemainingTimeInMillis: () => 1000 });

describe('a wrapped handler cannot be told from the one it stands around', () => {
  test('by its arity, its name, its kind or its marks', () => {
    const streaming = Symbol.for('aws.lambda.runtime.handler.streaming');
    async function serve(_event: unknown, _stream: unknown, _context: unknown) {}
    const handler = Object.assign(serve, { [streaming]: 'response', own: 1 });
    const { wrapped } = watched(handler);
    expect(wrapped.length).toBe(3);
    expect(wrapped.name).toBe('serve');
    expect(wrapped.constructor.name).toBe('AsyncFunction');
    expect(wrapped[streaming]).toBe('response');
    expect(wrapped.own).toBe(1);
  });

  test('by the promise it gives back', async () => {
    const promise = Promise.resolve({ statusCode: 200 });
    const { wrapped, ends } = watched(() => promise);
    expect(wrapped()).toBe(promise);
    await promise;
    expect(ends).toEqual([[false, { statusCode: 200 }]]);
  });

  test('by what it throws or rejects with', async () => {
    const error = { not: 'an error' };
    const thrown = watched(() => {
      throw error;
    });
    expect(() => thrown.wrapped()).toThrow(expect.objectContaining(error));
    expect(thrown.ends).toEqual([[true, error]]);
    const rejected = watched(() => Promise.reject(error));
    await expect(rejected.wrapped()).rejects.toBe(error);
    expect(rejected.ends).toEqual([[true, error]]);
  });

  test('by how often a thenable is asked', async () => {
    let asked = 0;
    const lazy = {
      // biome-ignore lint/suspicious/noThenProperty: a query builder that begins its work when it is asked
      then(onValue: (value: string) => void) {
        asked++;
        onValue('rows');
      },
    };
    const { wrapped, ends } = watched(() => lazy);
    const result = wrapped() as PromiseLike<string>;
    expect(asked).toBe(0);
    expect(await result).toBe('rows');
    expect(asked).toBe(1);
    expect(ends).toEqual([[false, 'rows']]);
  });

  test('by what its callback is called with, and by whom it is answered', () => {
    const { wrapped, ends } = watched((_event: unknown, _context: unknown, callback: (...answer: unknown[]) => unknown) =>
      callback(null, 'well', 'more'),
    );
    const answers: unknown[][] = [];
    wrapped({}, context(), (...answer: unknown[]) => answers.push(answer));
    expect(answers).toEqual([[null, 'well', 'more']]);
    expect(ends).toEqual([[false, 'well']]);
  });
});

test('a callback that is called twice ends the call once', () => {
  const { wrapped, ends } = watched((_event: unknown, _context: unknown, callback: (...answer: unknown[]) => unknown) => {
    callback(new Error('no'));
    callback(null, 'late');
  });
  wrapped({}, context(), () => {});
  expect(ends).toHaveLength(1);
  expect(ends[0]![0]).toBe(true);
});

test('the older ways of answering end the call as well: succeed, fail, done', () => {
  for (const [name, answer, failed] of [
    ['succeed', ['well'], false],
    ['fail', [new Error('no')], true],
    ['done', [null, 'well'], false],
    ['done', [new Error('no')], true],
  ] as const) {
    const seen: unknown[][] = [];
    const old = { ...context(), succeed: () => {}, fail: () => {}, done: () => {}, [name]: (...args: unknown[]) => seen.push(args) };
    const { wrapped, ends } = watched((_event: unknown, given: Record<string, (...args: unknown[]) => void>) => given[name]!(...answer));
    (wrapped as (...args: unknown[]) => unknown)({}, old, () => {});
    expect(seen).toEqual([[...answer]]);
    expect(ends.map(([each]) => each)).toEqual([failed]);
  }
});

test('a handler without callback that returns a plain value has ended with it', () => {
  const { wrapped, ends } = watched((_event: unknown) => 7);
  expect((wrapped as (...args: unknown[]) => unknown)({}, context())).toBe(7);
  expect(ends).toEqual([[false, 7]]);
});

test('a handler with a callback that returns nothing has not ended yet', () => {
  const { wrapped, ends } = watched((_event: unknown, _context: unknown, _callback: unknown) => {});
  wrapped({}, context(), () => {});
  expect(ends).toEqual([]);
});
