/**
 * The log of marks as it lies in a file: one line a mark, appended by several people and processes, any of which may
 * have been killed in the middle of a line.
 *
 * A torn line is counted and never taken together with the one that follows it: a writer that finds the file without a
 * newline at its end begins a new line, and where two lines were written into one all the same, the whole one is read.
 * Files of several people can simply be put one behind the other: a mark that stands in both counts once.
 */
import { type Mark, readMark } from './mark.ts';

export interface MarkLog {
  /** In the order of the file. */
  readonly marks: readonly Mark[];
  /** Lines that end in the middle. */
  readonly tornCount: number;
  /** Whole lines that are no marks of this version. */
  readonly unreadable: readonly { readonly line: number; readonly because: string }[];
  readonly repeatedCount: number;
}

export function readMarkLog(text: string): MarkLog {
  const marks: Mark[] = [];
  const unreadable: { line: number; because: string }[] = [];
  const seen = new Set<string>();
  let tornCount = 0;
  let repeatedCount = 0;
  text.split('\n').forEach((row, index) => {
    const line = row.trim();
    if (line === '') return;
    const { whole, isTorn } = wholePartOf(line);
    if (isTorn) tornCount++;
    if (whole === undefined) return;
    const reading = readMark(whole);
    if (reading.kind === 'unreadable') unreadable.push({ line: index + 1, because: reading.because });
    else if (seen.has(reading.mark.id)) repeatedCount++;
    else {
      seen.add(reading.mark.id);
      marks.push(reading.mark);
    }
  });
  return { marks, tornCount, unreadable, repeatedCount };
}

/** How every line of ours begins. Quotes inside a text are escaped, so it cannot stand inside one. */
const BEGINNING = '{"v":1,';

function wholePartOf(line: string): { readonly whole: string | undefined; readonly isTorn: boolean } {
  if (isJson(line)) return { whole: line, isTorn: false };
  // Behind a torn beginning the next line may stand whole.
  for (let from = line.indexOf(BEGINNING, 1); from >= 0; from = line.indexOf(BEGINNING, from + 1)) {
    if (isJson(line.slice(from))) return { whole: line.slice(from), isTorn: true };
  }
  return { whole: undefined, isTorn: true };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
