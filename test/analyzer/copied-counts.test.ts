/** A picture of a running analysis counts on in a copy: neither may see what the other counts, though they share what both have. */
import { expect, test } from 'vitest';
import { AttemptSeries } from '../../analyzer/src/store/attempt-series.ts';
import { joinRetries, RequestKeys } from '../../analyzer/src/store/request-keys.ts';
import { WarmHours } from '../../analyzer/src/store/warm-hours.ts';

const told = (series: AttemptSeries) => ({
  level: series.level,
  total: [...series.total],
  values: series.ofValues.map((values) => [...values].map(([value, bins]) => [value, [...bins]])),
  untimed: series.untimed,
});

function seriesOf(from: number, to: number, into = new AttemptSeries(2)): AttemptSeries {
  for (let i = from; i < to; i++) into.add(i * 700, [`value ${i % 5}`, i % 3 === 0 ? undefined : 'yes']);
  return into;
}

test('what is counted after a copy was made shows in neither of the two', () => {
  const original = seriesOf(0, 100);
  const copy = original.copyWith();
  seriesOf(100, 200, original);
  expect(told(copy)).toEqual(told(seriesOf(0, 100)));
  seriesOf(100, 150, copy);
  expect(told(copy)).toEqual(told(seriesOf(0, 150)));
  expect(told(original)).toEqual(told(seriesOf(0, 200)));
});

test('bins that grow coarser, and values beyond the ones that are kept, leave an earlier copy as it was', () => {
  const original = seriesOf(0, 300);
  const first = original.copyWith();
  const second = original.copyWith();
  seriesOf(300, 3_000, original);
  for (let i = 0; i < 200; i++) original.add(i, [`tenant ${i}`, undefined]);
  first.merge(seriesOf(300, 600));
  const whole = seriesOf(0, 3_000);
  for (let i = 0; i < 200; i++) whole.add(i, [`tenant ${i}`, undefined]);
  expect(told(second)).toEqual(told(seriesOf(0, 300)));
  expect(told(first)).toEqual(told(seriesOf(0, 600)));
  expect(told(original)).toEqual(told(whole));
});

test('request keys that go on after a copy was made are not joined in the copy, nor the other way round', () => {
  const original = new RequestKeys();
  original.add(1, 1, 1, 4, true, true);
  const copy = original.copyWith();
  copy.add(1, 1, 1, 4, false, true);
  original.add(1, 1, 1, 4, true, true);
  original.add(1, 1, 1, 4, true, true);
  expect(joinRetries([copy.words()])).toMatchObject({ retryAttemptCount: 1, recoveredRequestCount: 1, mostAttempts: 2 });
  expect(joinRetries([original.words()])).toMatchObject({ retryAttemptCount: 2, recoveredRequestCount: 0, mostAttempts: 3 });
});

test('hours that a copy was made of go on apart, and those that nobody counts in any more are the same for both', () => {
  const HOUR_MS = 3_600_000;
  const original = new WarmHours();
  for (let hour = 0; hour < 60; hour++) original.add(hour * HOUR_MS, 300 + hour, 2);
  const copy = original.copyWith();
  const before = hoursOf(copy);
  original.add(59 * HOUR_MS, 400, 3);
  original.add(12 * HOUR_MS, 400, 3);
  for (let hour = 60; hour < 65; hour++) original.add(hour * HOUR_MS, 300, 2);
  expect(hoursOf(copy)).toEqual(before);
  const anew = new WarmHours();
  for (let hour = 0; hour < 60; hour++) anew.add(hour * HOUR_MS, 300 + hour, 2);
  anew.add(59 * HOUR_MS, 400, 3);
  anew.add(12 * HOUR_MS, 400, 3);
  for (let hour = 60; hour < 65; hour++) anew.add(hour * HOUR_MS, 300, 2);
  expect(hoursOf(original)).toEqual(hoursOf(anew));
  expect(original.byHour.get(40)).toBe(copy.byHour.get(40));
  copy.add(40 * HOUR_MS, 500, 4);
  expect(hoursOf(original)).toEqual(hoursOf(anew));
});

function hoursOf({ byHour, older }: WarmHours) {
  return [...byHour, ['older', older] as const].map(([hour, told]) => ({
    hour,
    counts: told === undefined ? [] : [...told.warm.counts],
    from: told?.warm.from,
    total: told?.warm.total,
    ages: [...(told?.ageCounts ?? [])],
  }));
}
