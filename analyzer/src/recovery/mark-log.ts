/** The log of marks as it lies in a file: one line a mark, in the order in which they were written. */
import { type Mark, readMark } from './mark.ts';
import { type ReadLines, readLines } from './torn-lines.ts';

export interface MarkLog extends Omit<ReadLines<Mark>, 'values'> {
  readonly marks: readonly Mark[];
}

export function readMarkLog(text: string): MarkLog {
  const { values, ...rest } = readLines(text, readMark);
  return { marks: values, ...rest };
}
