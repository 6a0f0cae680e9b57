import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dataGaps } from '../../analyzer/src/diagnose/data-gaps.ts';
import { MINUTE_MS, NOON_MS } from '../support/summary-builder.ts';

const NOON_MINUTE = NOON_MS / MINUTE_MS;

/** Events of each minute from noon on, by a rule. */
function minutes(length: number, eventsOf: (minute: number) => number): Map<number, number> {
  const series = new Map<number, number>();
  for (let minute = 0; minute < length; minute++) {
    const count = eventsOf(minute);
    if (count > 0) series.set(NOON_MINUTE + minute, count);
  }
  return series;
}

test('ten silent minutes in the middle of steady traffic are a gap', () => {
  const series = minutes(60, (minute) => (minute >= 30 && minute < 40 ? 0 : 20));

  expect(dataGaps(series)).toEqual([{ fromMs: NOON_MS + 30 * MINUTE_MS, toMs: NOON_MS + 40 * MINUTE_MS }]);
});

test('steady traffic has no gap', () => {
  expect(dataGaps(minutes(600, () => 20))).toEqual([]);
});

test('four silent minutes are no gap', () => {
  expect(dataGaps(minutes(60, (minute) => (minute >= 30 && minute < 34 ? 0 : 20)))).toEqual([]);
});

test('a night in which traffic fades to nothing and comes back slowly is no gap', () => {
  // One day and a half, from noon: the pace follows the sun and is cut off below one event in two minutes.
  const series = minutes(2160, (minute) => {
    const pace = 40 * Math.max(0, Math.cos((minute / 1440) * 2 * Math.PI)) ** 2;
    return pace < 0.5 ? 0 : Math.round(pace);
  });

  expect(dataGaps(series)).toEqual([]);
});

test('a gap in a busy day is found beside a night of low traffic', () => {
  const series = minutes(2160, (minute) => {
    if (minute >= 60 && minute < 75) return 0;
    const pace = 40 * Math.max(0, Math.cos((minute / 1440) * 2 * Math.PI)) ** 2;
    return pace < 0.5 ? 0 : Math.round(pace);
  });

  expect(dataGaps(series)).toEqual([{ fromMs: NOON_MS + 60 * MINUTE_MS, toMs: NOON_MS + 75 * MINUTE_MS }]);
});

test('offices that close at the same hour each day leave no gaps', () => {
  const series = minutes(3 * 1440, (minute) => (minute % 1440 < 480 ? 30 : 0));

  expect(dataGaps(series)).toEqual([]);
});

test('a job that runs for twenty minutes of every hour leaves no gaps', () => {
  expect(dataGaps(minutes(1440, (minute) => (minute % 60 < 20 ? 30 : 0)))).toEqual([]);
});

test('a function that is called once in a quarter of an hour leaves no gaps', () => {
  expect(dataGaps(minutes(1440, (minute) => (minute % 15 === 0 ? 4 : 0)))).toEqual([]);
});

test('an input with hardly any events has no gaps', () => {
  expect(dataGaps(new Map())).toEqual([]);
  expect(dataGaps(minutes(600, (minute) => (minute === 0 || minute === 599 ? 500 : 0)))).toEqual([]);
});

// Within a factor of three of each other: at the edge of a lull, a cut would rightly pass for the lull.
const noisyMinutes = fc.array(fc.integer({ min: 20, max: 60 }), { minLength: 60, maxLength: 400 });

test('however noisy, traffic in which every minute holds events has no gap', () => {
  fc.assert(fc.property(noisyMinutes, (counts) => dataGaps(minutes(counts.length, (minute) => counts[minute]!)).length === 0));
});

test('a quarter of an hour cut out of such traffic is always found, exactly', () => {
  const cuts = noisyMinutes.chain((counts) => fc.tuple(fc.constant(counts), fc.integer({ min: 15, max: counts.length - 31 })));
  fc.assert(
    fc.property(cuts, ([counts, from]) => {
      const series = minutes(counts.length, (minute) => (minute >= from && minute < from + 15 ? 0 : counts[minute]!));
      const [gap, ...others] = dataGaps(series);
      return others.length === 0 && gap?.fromMs === NOON_MS + from * MINUTE_MS && gap.toMs === NOON_MS + (from + 15) * MINUTE_MS;
    }),
  );
});
