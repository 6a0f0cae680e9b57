import { expect, test } from 'vitest';
import { HelperQuestion } from '../../analyzer/src/pipeline/worth-helpers.ts';

const MEGABYTE = 1e6;

/** Files of 1 MB each, scanned in 10 ms each of which a share was spent waiting. @returns after how many files help is wanted */
function filesUntilHelp(total: number, waitedShare: number): number | undefined {
  const question = new HelperQuestion(total * MEGABYTE, 0);
  for (let done = 1; done <= total; done++) if (question.afterFile(MEGABYTE, 10 * waitedShare, done * 10)) return done;
  return undefined;
}

test('a large export that the scanner cannot keep up with gets help, once the scanner has settled', () => {
  expect(filesUntilHelp(1_000, 0)).toBe(40);
});

test('a scanner that waits for its files gets none, however large the export is', () => {
  expect(filesUntilHelp(100_000, 0.3)).toBeUndefined();
});

test('nobody is asked for the last second', () => {
  expect(filesUntilHelp(150, 0)).toBeUndefined();
});

test('an export whose files have no size asks for none', () => {
  const question = new HelperQuestion(0, 0);
  expect(question.afterFile(0, 0, 10_000)).toBe(false);
});
