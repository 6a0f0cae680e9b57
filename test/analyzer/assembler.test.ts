/** Traps of real logs, one by one: what must be joined, what must not, and what nobody may conclude. */
import { describe, expect, test } from 'vitest';
import {
  type AssembledAttempt,
  assembleLines,
  endLine,
  invocationLines,
  type LoggedLine,
  outputLine,
  reportLine,
  requestId,
  startLine,
} from '../support/assemble-lines.ts';

const STREAM = '2026/11/21/[7]0123456789abcdef0123456789abcdef';
const T0 = Date.UTC(2026, 10, 21, 2);

/** Lines a millisecond apart. */
const inStream = (texts: readonly string[], stream: string | undefined = STREAM): LoggedLine[] =>
  texts.map((text, i) => ({ atMs: T0 + i, text, ...(stream !== undefined && { stream }) }));
const unnamed = (texts: readonly string[]): LoggedLine[] => texts.map((text, i) => ({ atMs: T0 + i, text }));
const statuses = (attempts: readonly AssembledAttempt[]): string[] => attempts.map((attempt) => attempt.status);
const failure = (ordinal: number): string =>
  outputLine(ordinal, 'ERROR', 'Invoke Error \t{"errorType":"TypeError","errorMessage":"no","stack":["TypeError: no"]}');
const initLine = 'INIT_START Runtime Version: nodejs:22.v20\tRuntime Version ARN: arn:aws:lambda:eu-west-1::runtime:0a1b';
const timedOutLine = (ordinal: number): string => `2026-11-21T02:00:03.000Z ${requestId(ordinal)} Task timed out after 3.00 seconds`;

describe('several requests at once', () => {
  test('in an unnamed stream they are joined by id, and their sandbox is not taken for one', () => {
    const { attempts } = assembleLines(
      unnamed([startLine(1), startLine(2), outputLine(1), endLine(2), reportLine(2, 5), endLine(1), reportLine(1, 30)]),
    );
    expect(attempts.map((attempt) => [attempt.requestId, attempt.durationMs, attempt.status, attempt.isolated])).toEqual([
      [requestId(2), 5, 'success', false],
      [requestId(1), 30, 'success', false],
    ]);
  });

  test('in an unnamed stream the death of one sandbox says nothing about the start of another', () => {
    const lines = [
      startLine(1),
      startLine(2),
      reportLine(2, 3000, 60, 'Status: timeout\t'),
      reportLine(1, 30),
      ...[3, 4].flatMap((ordinal) => [startLine(ordinal), endLine(ordinal), reportLine(ordinal)]),
    ];
    const { attempts } = assembleLines(unnamed(lines));
    expect(statuses(attempts)).toEqual(['timeout', 'success', 'success', 'success']);
    expect(attempts.map((attempt) => attempt.initKind)).toEqual([undefined, undefined, undefined, undefined]);
    expect(attempts.map((attempt) => attempt.epoch)).toEqual([0, 0, 0, 0]);
  });

  test('in a named stream the same death means that the next request met a restart', () => {
    const lines = [startLine(1), reportLine(1, 3000, 60, 'Status: timeout\t'), startLine(2), endLine(2), reportLine(2)];
    const { attempts } = assembleLines(inStream(lines));
    expect(attempts.map((attempt) => [attempt.status, attempt.initKind, attempt.epoch])).toEqual([
      ['timeout', undefined, 0],
      ['success', 'restart', 1],
    ]);
  });

  test('two cold starts in one unnamed stream are two sandboxes', () => {
    const lines = [1, 2].flatMap((ordinal) => [
      initLine,
      startLine(ordinal),
      endLine(ordinal),
      reportLine(ordinal, 10, 60, 'Init Duration: 150.00 ms\t'),
    ]);
    const { attempts } = assembleLines(unnamed(lines));
    expect(attempts.map((attempt) => [attempt.initKind, attempt.isolated])).toEqual([
      ['on-demand', false],
      ['on-demand', false],
    ]);
  });

  test('a named stream of a Managed Instance keeps its requests apart, without memory or a bill', () => {
    const report = (ordinal: number, durationMs: number): string =>
      JSON.stringify({
        time: '2026-11-21T02:00:01.000Z',
        type: 'platform.report',
        record: { requestId: requestId(ordinal), metrics: { durationMs }, status: 'success' },
      });
    const start = (ordinal: number): string =>
      JSON.stringify({
        time: '2026-11-21T02:00:00.000Z',
        type: 'platform.start',
        record: { requestId: requestId(ordinal), version: '7' },
      });
    const texts = [start(1), start(2), start(3), outputLine(2), report(3, 5), report(1, 30), start(4), report(4, 9), report(2, 60)];
    const { attempts, anomalies } = assembleLines(inStream(texts));
    const found = attempts.map((attempt) => [attempt.requestId, attempt.durationMs, attempt.status] as const);
    expect(found.sort(([a], [b]) => (a < b ? -1 : 1))).toEqual([
      [requestId(1), 30, 'success'],
      [requestId(2), 60, 'success'],
      [requestId(3), 5, 'success'],
      [requestId(4), 9, 'success'],
    ]);
    expect(attempts.map((attempt) => attempt.maxMemoryMb)).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
    expect(anomalies).toEqual({});
  });

  test('a thousand STARTs whose REPORTs were lost are unfinished, each once', () => {
    const ordinals = Array.from({ length: 3000 }, (_, i) => i + 1);
    const { attempts } = assembleLines(inStream(ordinals.map(startLine)));
    expect(new Set(attempts.map((attempt) => attempt.requestId)).size).toBe(3000);
    expect(new Set(statuses(attempts))).toEqual(new Set(['unfinished']));
    expect(attempts).toHaveLength(3000);
  });
});

describe('attempts', () => {
  test('an id that failed and comes again counts on', () => {
    const once = [startLine(1), failure(1), endLine(1), reportLine(1)];
    const { attempts } = assembleLines(inStream([...once, ...once, startLine(1), endLine(1), reportLine(1)]));
    expect(attempts.map((attempt) => [attempt.attempt, attempt.status])).toEqual([
      [1, 'error'],
      [2, 'error'],
      [3, 'success'],
    ]);
  });

  test('other requests between the attempts do not disturb the count', () => {
    const failed = [startLine(1), failure(1), endLine(1), reportLine(1)];
    const other = [startLine(2), endLine(2), reportLine(2)];
    const { attempts } = assembleLines(inStream([...failed, ...other, ...failed]));
    expect(attempts.map((attempt) => [attempt.requestId, attempt.attempt])).toEqual([
      [requestId(1), 1],
      [requestId(2), 1],
      [requestId(1), 2],
    ]);
  });

  test('requests that only look alike are first attempts, all of them', () => {
    const failed = (ordinal: number): string[] => [startLine(ordinal), failure(ordinal), endLine(ordinal), reportLine(ordinal)];
    const { attempts } = assembleLines(inStream([1, 2, 3].flatMap(failed)));
    expect(attempts.map((attempt) => attempt.attempt)).toEqual([1, 1, 1]);
  });
});

describe('lines after the REPORT', () => {
  test('output of a request that is over is late, and changes nothing else', () => {
    const lines = [startLine(1), endLine(1), reportLine(1), outputLine(1), outputLine(1), startLine(2), endLine(2), reportLine(2)];
    const { attempts, anomalies } = assembleLines(inStream(lines));
    expect(attempts.map((attempt) => [attempt.lateOutput, attempt.status])).toEqual([
      [true, 'success'],
      [false, 'success'],
    ]);
    expect(anomalies).toEqual({ 'late-output': 1 });
  });

  test('ordinary output is not late', () => {
    const { attempts, anomalies } = assembleLines([...invocationLines(1, T0, STREAM), ...invocationLines(2, T0 + 100, STREAM)]);
    expect(attempts.map((attempt) => attempt.lateOutput)).toEqual([false, false]);
    expect(anomalies).toEqual({});
  });

  test('a timeout that is told after the REPORT still decides', () => {
    const lines = [startLine(1), endLine(1), reportLine(1, 3000), timedOutLine(1), startLine(2), endLine(2), reportLine(2)];
    const { attempts } = assembleLines(inStream(lines));
    expect(statuses(attempts)).toEqual(['timeout', 'success']);
  });

  test('a second REPORT of the same request is odd, and the first one holds', () => {
    const { attempts, anomalies } = assembleLines(inStream([startLine(1), endLine(1), reportLine(1, 10), reportLine(1, 99)]));
    expect(attempts.map((attempt) => attempt.durationMs)).toEqual([10]);
    expect(anomalies).toEqual({ 'duplicate-report': 1 });
  });
});

describe('lines that the application made up', () => {
  test('a REPORT with numbers that cannot be is counted and is no invocation', () => {
    const madeUp = `REPORT RequestId: ${requestId(9)}\tDuration: 500.00 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\tMax Memory Used: 60 MB\t`;
    const { attempts, anomalies } = assembleLines(inStream([startLine(1), madeUp, endLine(1), reportLine(1)]));
    expect(attempts.map((attempt) => [attempt.requestId, attempt.status])).toEqual([[requestId(1), 'success']]);
    expect(anomalies['counterfeit-report']).toBe(1);
  });

  test('a word that only begins like a platform line is output', () => {
    const lines = [startLine(1), 'REPORT of the day: all well', 'START your engines', 'END of file', endLine(1), reportLine(1)];
    const { attempts, anomalies } = assembleLines(inStream(lines));
    expect(attempts.map((attempt) => [attempt.requestId, attempt.status])).toEqual([[requestId(1), 'success']]);
    expect(anomalies).toEqual({});
  });
});

describe('the edges of an export', () => {
  test('a REPORT whose START was cut off is an invocation that began a duration before', () => {
    const { attempts, anomalies } = assembleLines([
      { stream: STREAM, atMs: T0, text: outputLine(1) },
      { stream: STREAM, atMs: T0 + 1, text: endLine(1) },
      { stream: STREAM, atMs: T0 + 2, text: reportLine(1, 40) },
      ...invocationLines(2, T0 + 100, STREAM),
    ]);
    expect(attempts.map((attempt) => [attempt.requestId, attempt.hasStart, attempt.status])).toEqual([
      [requestId(1), false, 'success'],
      [requestId(2), true, 'success'],
    ]);
    expect(attempts[0]!.endMs - attempts[0]!.startMs).toBe(40);
    expect(anomalies).toEqual({});
  });

  test('a START at the end is unfinished, neither failed nor a success', () => {
    const { attempts } = assembleLines([...invocationLines(1, T0, STREAM), { stream: STREAM, atMs: T0 + 100, text: startLine(2) }]);
    expect(statuses(attempts)).toEqual(['success', 'unfinished']);
    expect(attempts[1]!.durationMs).toBeNaN();
  });

  test('an unfinished request that had thrown is a failure', () => {
    const { attempts } = assembleLines(inStream([startLine(1), failure(1)]));
    expect(statuses(attempts)).toEqual(['error']);
  });

  test('a START that is followed by another one in its stream is unfinished, and the other stands on its own', () => {
    const { attempts } = assembleLines(inStream([startLine(1), outputLine(1), startLine(2), endLine(2), reportLine(2)]));
    const found = attempts.map((attempt) => [attempt.requestId, attempt.status] as const);
    expect(found.sort(([a], [b]) => (a < b ? -1 : 1))).toEqual([
      [requestId(1), 'unfinished'],
      [requestId(2), 'success'],
    ]);
  });

  test('lines without any time are joined by id as they stand', () => {
    const lines = [startLine(1), endLine(1), reportLine(1), startLine(2), failure(2), endLine(2), reportLine(2)];
    const { attempts } = assembleLines(lines.map((text) => ({ stream: STREAM, atMs: Number.NaN, text })));
    expect(statuses(attempts)).toEqual(['success', 'error']);
  });
});
