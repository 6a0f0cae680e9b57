import { expect, test } from 'vitest';
import { HelperQuestion } from '../../analyzer/src/pipeline/worth-helpers.ts';

const MEGABYTE = 1e6;

interface Run {
  /** Of 1 MB each, read in 10 ms each. */
  readonly files: number;
  readonly cores: number;
  /** How many of them the process keeps busy. */
  readonly coresUsed: number;
  /** Of the time, spent waiting for the pool. */
  readonly waitedShare: number;
}

/** @returns after how many files help is wanted */
function filesUntilHelp({ files, cores, coresUsed, waitedShare }: Run): number | undefined {
  const question = new HelperQuestion(files * MEGABYTE, cores, { nowMs: 0, cpuMs: 0 });
  for (let done = 1; done <= files; done++) {
    const nowMs = done * 10;
    if (question.afterFile(MEGABYTE, 10 * waitedShare, { nowMs, cpuMs: nowMs * coresUsed })) return done;
  }
  return undefined;
}

const large: Run = { files: 1_000, cores: 4, coresUsed: 2, waitedShare: 0 };

test('a large export that the scanner cannot keep up with gets help, once the scanner has settled', () => {
  expect(filesUntilHelp(large)).toBe(40);
});

test('a scanner that waits for its files gets none, however large the export is', () => {
  expect(filesUntilHelp({ ...large, files: 100_000, waitedShare: 0.3 })).toBeUndefined();
});

test('where scanning and inflating fill both cores there is none to help', () => {
  expect(filesUntilHelp({ ...large, cores: 2, coresUsed: 1.9 })).toBeUndefined();
  expect(filesUntilHelp({ ...large, cores: 2, coresUsed: 1.1 })).toBe(40);
});

test('on a machine that others need, the process asks for no more of it', () => {
  expect(filesUntilHelp({ ...large, coresUsed: 0.4 })).toBeUndefined();
});

test('nobody is asked for the last second', () => {
  expect(filesUntilHelp({ ...large, files: 150 })).toBeUndefined();
});

test('an export whose files have no size asks for none', () => {
  const question = new HelperQuestion(0, 4, { nowMs: 0, cpuMs: 0 });
  expect(question.afterFile(0, 0, { nowMs: 10_000, cpuMs: 20_000 })).toBe(false);
});
