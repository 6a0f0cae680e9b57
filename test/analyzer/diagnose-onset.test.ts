import fc from 'fast-check';
import { expect, test } from 'vitest';
import { onsetMs } from '../../analyzer/src/diagnose/onset.ts';
import { MinuteSeries } from '../../analyzer/src/store/minute-series.ts';
import { MINUTE_MS, NOON_MS } from '../support/summary-builder.ts';

const NOON_MINUTE = NOON_MS / MINUTE_MS;

function attempts(perMinute: readonly number[]): MinuteSeries {
  const series = new MinuteSeries();
  perMinute.forEach((count, minute) => {
    series.invocations[series.at(NOON_MS + minute * MINUTE_MS)]! += count;
  });
  return series;
}

function failures(perMinute: readonly number[]): Map<number, number> {
  return new Map(perMinute.map((count, minute) => [NOON_MINUTE + minute, count] as const).filter(([, count]) => count > 0));
}

const fill = (length: number, value: number) => new Array<number>(length).fill(value);

test('the onset is where the dense stretch begins, not where the first failure lies', () => {
  const failed = [...fill(100, 0), ...fill(30, 8)];
  failed[3] = 1;
  failed[50] = 1;

  expect(onsetMs(failures(failed), attempts(fill(130, 100)))).toBe(NOON_MS + 100 * MINUTE_MS);
});

test('a stretch that ended is still where it began', () => {
  const failed = [...fill(60, 0), ...fill(20, 8), ...fill(60, 0)];
  failed[10] = 1;
  failed[130] = 1;

  expect(onsetMs(failures(failed), attempts(fill(140, 100)))).toBe(NOON_MS + 60 * MINUTE_MS);
});

test('ten times the traffic with ten times the failures is no onset', () => {
  const failed = [...fill(60, 1), ...fill(60, 10)];

  expect(onsetMs(failures(failed), attempts([...fill(60, 20), ...fill(60, 200)]))).toBeUndefined();
});

test('a steady rate has no onset, whatever it is', () => {
  const rates = fc.record({ perMinute: fc.integer({ min: 10, max: 500 }), every: fc.integer({ min: 1, max: 20 }) });
  fc.assert(
    fc.property(rates, ({ perMinute, every }) => {
      const failed = Array.from({ length: 240 }, (_, minute) => (minute % every === 0 ? 1 : 0));
      return onsetMs(failures(failed), attempts(fill(240, perMinute))) === undefined;
    }),
  );
});

test('without failures or without attempts nothing began', () => {
  expect(onsetMs(new Map(), attempts(fill(10, 5)))).toBeUndefined();
  expect(onsetMs(failures([3]), new MinuteSeries())).toBeUndefined();
});
