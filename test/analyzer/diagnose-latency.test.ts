import { expect, test } from 'vitest';
import { latencyFindings, latencySection } from '../../analyzer/src/diagnose/latency.ts';
import { addConfiguration, emptySummary, evidenceAt, NOON_MS } from '../support/summary-builder.ts';

test('warm and cold durations have their own percentiles', () => {
  const summary = emptySummary();
  addConfiguration(summary, { warmMs: repeat(100, 20), coldMs: repeat(50, 900) });
  const [section] = latencySection(summary);
  expect(section!.warm.p50Ms!.value).toBeCloseTo(20, 0);
  expect(section!.cold.p50Ms!.value).toBeCloseTo(900, -1);
  expect(section!.warm.sampleCount).toBe(100);
  expect(section!.cold.sampleCount).toBe(50);
});

test('a percentile is absent below the number of requests that its interval needs', () => {
  const summary = emptySummary();
  addConfiguration(summary, { warmMs: repeat(367, 20), coldMs: repeat(5, 900) });
  const [section] = latencySection(summary);
  expect(section!.warm.p90Ms).toBeDefined();
  expect(section!.warm.p99Ms?.high).toBeUndefined();
  expect(section!.warm.p999Ms?.high).toBeUndefined();
  expect(section!.cold.p50Ms?.high).toBeUndefined();
});

test('p99 has both ends of its interval from 368 requests on, p99.9 from 3,700', () => {
  const summary = emptySummary();
  addConfiguration(summary, { version: '1', warmMs: repeat(368, 20) });
  addConfiguration(summary, { version: '2', warmMs: repeat(3700, 20) });
  const [first, second] = latencySection(summary);
  expect(first!.warm.p99Ms!.high).toBeDefined();
  expect(first!.warm.p999Ms?.high).toBeUndefined();
  expect(second!.warm.p999Ms!.high).toBeDefined();
});

test('memory sizes are never pooled', () => {
  const summary = emptySummary();
  addConfiguration(summary, { memorySizeMb: 128, warmMs: repeat(50, 200) });
  addConfiguration(summary, { memorySizeMb: 1024, warmMs: repeat(50, 20) });
  expect(latencySection(summary).map(({ memorySizeMb, warm }) => [memorySizeMb, Math.round(warm.p50Ms!.value / 10)])).toEqual([
    [128, 20],
    [1024, 2],
  ]);
});

test('the slowest attempts name their evidence', () => {
  const summary = emptySummary();
  addConfiguration(summary, { slowest: [{ durationMs: 9000, requestId: 'a', evidence: evidenceAt(NOON_MS, 77) }] });
  expect(latencySection(summary)[0]!.slowest).toEqual([
    { durationMs: 9000, requestId: 'a', evidence: { path: 'export.csv', byteOffset: 77, at: '2026-11-21T12:00:00.000Z' } },
  ]);
});

test('a twentieth that takes a hundred times the median is a slow tail, and the finding says how sure that is', () => {
  const summary = emptySummary();
  addConfiguration(summary, { warmMs: [...repeat(1900, 50), ...repeat(100, 5000)] });
  const [finding] = latencyFindings(summary, { changes: [] });
  expect(finding).toMatchObject({
    kind: 'slow-tail',
    harm: 'users',
    certainty: 'shown',
    affectedCount: 100,
    exposedCount: 2000,
    gates: ['any'],
  });
  expect(finding!.why).toContain('1 in 20 warm invocations of checkout took longer than 500 ms, ten times the median of 50 ms');
  expect(finding!.certaintyBecause).toContain('n = 2,000');
});

test('a tail that only the point estimate shows is suspected', () => {
  const summary = emptySummary();
  // 1.2 % slow: p99 itself is slow, the low end of its interval is nine times the median.
  addConfiguration(summary, { warmMs: [...repeat(950, 150), ...repeat(35, 1400), ...repeat(15, 5000)] });
  expect(latencyFindings(summary, { changes: [] })[0]).toMatchObject({ certainty: 'suspected' });
});

test('a tail that ends at the timeout is told as timeouts and not a second time', () => {
  const tail = { warmMs: [...repeat(1900, 50), ...repeat(100, 10_000)] };
  const cutOff = emptySummary();
  addConfiguration(cutOff, { ...tail, timeoutMs: 10_000 });
  expect(latencyFindings(cutOff, { changes: [] })).toEqual([]);
  const served = emptySummary();
  addConfiguration(served, { ...tail, timeoutMs: 60_000 });
  expect(latencyFindings(served, { changes: [] })).toMatchObject([{ kind: 'slow-tail' }]);
});

test('the healthy twin without the slow twentieth is quiet', () => {
  const summary = emptySummary();
  addConfiguration(summary, { warmMs: repeat(2000, 50) });
  expect(latencyFindings(summary, { changes: [] })).toEqual([]);
});

test('the same tail in 300 requests is not claimed', () => {
  const summary = emptySummary();
  addConfiguration(summary, { warmMs: [...repeat(285, 50), ...repeat(15, 5000)] });
  expect(latencyFindings(summary, { changes: [] })).toEqual([]);
});

test('a tail of tenths of a second after milliseconds hurts nobody', () => {
  const summary = emptySummary();
  addConfiguration(summary, { warmMs: [...repeat(1900, 2), ...repeat(100, 200)] });
  expect(latencyFindings(summary, { changes: [] })).toEqual([]);
});

test('cold starts alone make no slow tail', () => {
  const summary = emptySummary();
  addConfiguration(summary, { warmMs: repeat(1900, 50), coldMs: repeat(100, 5000) });
  expect(latencyFindings(summary, { changes: [] })).toEqual([]);
});

function repeat(count: number, ms: number): number[] {
  return Array.from({ length: count }, () => ms);
}
