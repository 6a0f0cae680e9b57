/**
 * Lines of JSON that several people and processes append to one file, any of which may have been killed in the middle
 * of a line.
 *
 * A torn line is counted and never taken together with the one that follows it: a writer that finds the file without a
 * newline at its end begins a new line, and where two lines were written into one all the same, the whole one is read.
 * Files of several people can simply be put one behind the other: a line that stands in both counts once.
 */
export interface ReadLines<T> {
  /** In the order of the file. */
  readonly values: readonly T[];
  /** Lines that end in the middle. */
  readonly tornCount: number;
  /** Whole lines that are not what was expected. */
  readonly unreadable: readonly UnreadableLine[];
  readonly repeatedCount: number;
}

export interface UnreadableLine {
  readonly line: number;
  readonly because: string;
}

export type LineReading<T> = { readonly kind: 'read'; readonly value: T } | { readonly kind: 'unreadable'; readonly because: string };

export function readLines<T extends { readonly id: string }>(text: string, read: (line: string) => LineReading<T>): ReadLines<T> {
  const values: T[] = [];
  const unreadable: UnreadableLine[] = [];
  const seen = new Set<string>();
  let tornCount = 0;
  let repeatedCount = 0;
  text.split('\n').forEach((row, index) => {
    const line = row.trim();
    if (line === '') return;
    const { whole, isTorn } = wholePartOf(line);
    if (isTorn) tornCount++;
    if (whole === undefined) return;
    const reading = read(whole);
    if (reading.kind === 'unreadable') unreadable.push({ line: index + 1, because: reading.because });
    else if (seen.has(reading.value.id)) repeatedCount++;
    else {
      seen.add(reading.value.id);
      values.push(reading.value);
    }
  });
  return { values, tornCount, unreadable, repeatedCount };
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
