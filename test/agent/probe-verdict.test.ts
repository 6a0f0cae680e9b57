import { describe, expect, test } from 'vitest';
import { type FloorPoint, judgeProbes } from '../../agent/src/measure/probe-verdict.ts';

const KIB = 1024;
const ats = [100, 150, 225, 338, 507, 761];
const points = (bytesAt: (at: number) => number): FloorPoint[] => ats.map((at) => ({ at, bytes: bytesAt(at) }));

describe('the verdict over forced collections', () => {
  test('growth at one pace is a leak, with its bytes for each work', () => {
    const verdict = judgeProbes(points((at) => 4_000_000 + 5000 * at));
    expect(verdict.kind).toBe('leaking');
    expect(verdict.slopeBytes).toBeCloseTo(5000, 5);
  });

  test('less than three points of growth beyond the noise is stable', () => {
    expect(judgeProbes(points((at) => 4_000_000 + 250 * at)).kind).toBe('stable');
  });

  test('three collections are too few to tell, whatever they say', () => {
    const verdict = judgeProbes(points((at) => 4_000_000 + 50_000 * at).slice(0, 3));
    expect(verdict).toEqual({ kind: 'insufficient-data', missing: '1 more forced collections' });
  });

  test.each([
    ['a warm-up that ends', (at: number) => 4_000_000 + 8_000_000 * (1 - Math.exp(-at / 120))],
    ['a cache that is full at 300', (at: number) => 4_000_000 + 20_000 * Math.min(at, 300)],
    ['one step', (at: number) => (at < 200 ? 4_000_000 : 12_000_000)],
    ['growth with the logarithm', (at: number) => 4_000_000 + 2_000_000 * Math.log(at)],
    ['a rise that falls back', (at: number) => 4_000_000 + (at > 200 && at < 600 ? 3_000_000 : 0)],
  ])('%s is bounded', (_name, bytesAt) => {
    expect(judgeProbes(points(bytesAt)).kind).toBe('growing-but-bounded');
  });

  test('growth in the last span alone is no verdict yet', () => {
    expect(judgeProbes(points((at) => 4_000_000 + (at > 700 ? 3_000_000 : 0))).kind).toBe('insufficient-data');
  });

  test('spans too short to show a slow leak are not taken for a slowing down', () => {
    const slow = [100, 150, 200, 250, 300, 1000, 1500, 1550].map((at) => ({
      at,
      bytes: 4_000_000 + 1000 * at + (at === 1550 ? -60 * KIB : 0),
    }));
    expect(judgeProbes(slow).kind).not.toBe('growing-but-bounded');
  });
});
