/** Lines of an export need not be sorted: what the reorder window repairs, and what is told of what it cannot. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Assembled,
  type AssembledAttempt,
  assembleLines,
  invocationLines,
  type LoggedLine,
  outputLine,
  reportLine,
  startLine,
} from '../support/assemble-lines.ts';

const STREAM = '2026/11/21/[7]0123456789abcdef0123456789abcdef';
const OTHER = '2026/11/21/[7]fedcba9876543210fedcba9876543210';
const T0 = Date.UTC(2026, 10, 21, 2);
/** Rows that fit into the window; more, and its older half is gone. */
const WINDOW_ROWS = 16_384;

/** The same attempts, whatever the order in which they were given away. */
const bySet = (assembled: Assembled) => [...assembled.attempts].sort((a, b) => (a.requestId < b.requestId ? -1 : 1));
const withoutEnd = (attempt: AssembledAttempt) => ({ ...attempt, endMs: undefined });
const many = (count: number, from = 0, stream = STREAM): LoggedLine[][] =>
  Array.from({ length: count }, (_, i) => invocationLines(from + i, T0 + (from + i) * 100, stream));

describe('inside the window', () => {
  test('chunks that stand in the wrong order give what the sorted file gives', () => {
    const invocations = many(100);
    const sorted = assembleLines(invocations.flat());
    const chunks = [invocations.slice(60), invocations.slice(0, 30), invocations.slice(30, 60)];
    const unsorted = assembleLines(chunks.flat(2));
    expect(unsorted.attempts).toEqual(sorted.attempts);
    expect(unsorted.anomalies['too-late-to-order']).toBeUndefined();
  });

  test('a chunk edge inside an invocation loses nothing', () => {
    const lines = many(20).flat();
    const sorted = assembleLines(lines);
    const unsorted = assembleLines([...lines.slice(42), ...lines.slice(0, 42)]);
    expect(bySet(unsorted)).toEqual(bySet(sorted));
    expect(sorted.attempts.every((attempt) => attempt.status === 'success')).toBe(true);
  });

  test('whole invocations in any order give the same set of invocations', () => {
    const invocations = many(24);
    const wanted = bySet(assembleLines(invocations.flat()));
    fc.assert(
      fc.property(fc.shuffledSubarray(invocations, { minLength: invocations.length }), (shuffled) => {
        expect(bySet(assembleLines(shuffled.flat()))).toEqual(wanted);
      }),
      { numRuns: 200 },
    );
  });

  test('single lines in any order give the same set of invocations', () => {
    const lines = many(6).flat();
    const wanted = bySet(assembleLines(lines));
    fc.assert(
      fc.property(fc.shuffledSubarray(lines, { minLength: lines.length }), (shuffled) => {
        expect(bySet(assembleLines(shuffled)).map(withoutEnd)).toEqual(wanted.map(withoutEnd));
      }),
      { numRuns: 200 },
    );
  });

  test('the time of an END counts as the end of its request, also when the next START stands before the REPORT', () => {
    const [first, second] = many(2) as [LoggedLine[], LoggedLine[]];
    const wanted = bySet(assembleLines([...first, ...second]));
    const unsorted = assembleLines([...first.slice(0, 3), ...second, ...first.slice(3)]);
    expect(bySet(unsorted)).toEqual(wanted);
  });

  describe('output of a request while the next one is served', () => {
    const [first, second, third] = [0, 1, 2].map((i) => invocationLines(i * 1_000_000, T0 + i * 100, STREAM)) as [
      LoggedLine[],
      LoggedLine[],
      LoggedLine[],
    ];
    const late = { stream: STREAM, atMs: second[1]!.atMs + 1, text: outputLine(0) };
    const served = [...second.slice(0, 2), late, ...second.slice(2)];

    test('is late', () => {
      expect(assembleLines([first, served, third].flat()).anomalies).toEqual({ 'late-output': 1 });
    });

    test.fails('is late in an unsorted file, too', () => {
      expect(assembleLines([third, first, served].flat()).anomalies).toMatchObject({ 'late-output': 1 });
    });
  });

  test('failures, deaths and cold starts keep their places when chunks are exchanged', () => {
    const failing = (ordinal: number, atMs: number): LoggedLine[] => [
      { stream: STREAM, atMs, text: startLine(ordinal) },
      {
        stream: STREAM,
        atMs: atMs + 2,
        text: outputLine(ordinal, 'ERROR', 'Invoke Error \t{"errorType":"E","errorMessage":"m","stack":[]}'),
      },
      { stream: STREAM, atMs: atMs + 3, text: reportLine(ordinal) },
    ];
    const killed = (ordinal: number, atMs: number): LoggedLine[] => [
      { stream: STREAM, atMs, text: startLine(ordinal) },
      { stream: STREAM, atMs: atMs + 3, text: reportLine(ordinal, 3, 128, 'Status: error\tError Type: Runtime.OutOfMemory\t') },
    ];
    const chunks = [many(10).flat(), failing(50, T0 + 5000), killed(51, T0 + 6000), many(10, 70).flat()];
    const wanted = assembleLines(chunks.flat());
    expect(wanted.attempts.map((attempt) => attempt.status)).toContain('oom');
    expect(wanted.attempts.map((attempt) => attempt.epoch)).toContain(1);
    fc.assert(
      fc.property(fc.shuffledSubarray(chunks, { minLength: chunks.length }), (shuffled) => {
        expect(assembleLines(shuffled.flat()).attempts).toEqual(wanted.attempts);
      }),
    );
  });

  test('a whole window in order leaves the next one its full reach', () => {
    const before = many(WINDOW_ROWS + 10).flat();
    const after = many(40, WINDOW_ROWS + 10);
    const wanted = assembleLines([...before, ...after.flat()]);
    const unsorted = assembleLines([...before, ...after.slice(20).flat(), ...after.slice(0, 20).flat()]);
    expect(bySet(unsorted)).toEqual(bySet(wanted));
    expect(unsorted.anomalies['too-late-to-order']).toBeUndefined();
  });
});

describe('beyond the window', () => {
  /** Enough invocations, out of order from the first on, for the window to have given away its older half. */
  const enough = (): LoggedLine[] => {
    const invocations = many(WINDOW_ROWS + 100, 10);
    return [invocations[1]!, invocations[0]!, ...invocations.slice(2)].flat();
  };

  test('a REPORT that comes too late is counted, and joined to its START by id', () => {
    const [start, output, end, report] = invocationLines(1, T0 + 100, STREAM) as [LoggedLine, LoggedLine, LoggedLine, LoggedLine];
    const assembled = assembleLines([start, output, end, ...enough(), report]);
    expect(assembled.anomalies['too-late-to-order']).toBe(1);
    const attempts = assembled.attempts.filter((attempt) => attempt.requestId.endsWith('000000000001'));
    expect(attempts).toMatchObject([{ status: 'success', startMs: T0 + 100, durationMs: 10, hasStart: true }]);
    expect(assembled.attempts).toHaveLength(WINDOW_ROWS + 101);
  });

  test('a whole invocation that comes too late is counted and still an invocation', () => {
    const assembled = assembleLines([...enough(), ...invocationLines(1, T0 + 100, STREAM)]);
    expect(assembled.anomalies['too-late-to-order']).toBe(1);
    expect(assembled.attempts.filter((attempt) => attempt.requestId.endsWith('000000000001'))).toMatchObject([{ status: 'success' }]);
  });

  test('what comes too late after a window that was in order is counted all the same', () => {
    const inOrder = many(WINDOW_ROWS + 100, 10).flat();
    const assembled = assembleLines([...inOrder, ...invocationLines(1, T0 + 100, STREAM)]);
    expect(assembled.anomalies['too-late-to-order']).toBe(1);
  });

  test('streams that stand one behind the other are not late, each has an order of its own', () => {
    const swapped = (stream: string): LoggedLine[] => {
      const invocations = many(WINDOW_ROWS, 0, stream);
      return [invocations[1]!, invocations[0]!, ...invocations.slice(2)].flat();
    };
    const assembled = assembleLines([...swapped(STREAM), ...swapped(OTHER)]);
    expect(assembled.attempts).toHaveLength(2 * WINDOW_ROWS);
    expect(assembled.anomalies['too-late-to-order']).toBeUndefined();
  });
});
