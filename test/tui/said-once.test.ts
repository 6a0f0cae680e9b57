import { expect, test } from 'vitest';
import { saidOnce } from '../../tui/src/model/said-once.ts';

test('a headline is not said again by the sentence that follows it', () => {
  expect(saidOnce({ headline: 'GROWING', why: 'growing: proven by 17 forced collections' })).toBe(
    'GROWING: proven by 17 forced collections',
  );
  expect(saidOnce({ headline: 'GROWING', why: 'growing, no bound seen so far' })).toBe('GROWING: growing, no bound seen so far');
  expect(saidOnce({ headline: 'TIMEOUTS', why: '3 of 12 attempts' })).toBe('TIMEOUTS: 3 of 12 attempts');
});
