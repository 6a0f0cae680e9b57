/** Memory is only judged where lines are those of one process: what turns out to be a mixture must not pass for one. */
import { describe, expect, test } from 'vitest';
import { Assembler } from '../../analyzer/src/assemble/index.ts';
import { EventParser } from '../../analyzer/src/parse/event-parser.ts';
import { Summarizer } from '../../analyzer/src/store/summarizer.ts';
import { endLine, reportLine, startLine } from '../support/assemble-lines.ts';

const INIT = 'INIT_START Runtime Version: nodejs:22.v20\t';
const warm = (ordinal: number, megabytes: number): string[] => [startLine(ordinal), endLine(ordinal), reportLine(ordinal, 10, megabytes)];
const cold = (ordinal: number): string[] => [
  INIT,
  startLine(ordinal),
  endLine(ordinal),
  reportLine(ordinal, 10, 60, 'Init Duration: 150.00 ms\t'),
];

function isolationOf(texts: readonly string[], logStream?: string): boolean[] {
  const summarizer = new Summarizer();
  const parser: EventParser = new EventParser(summarizer, {}, () => assembler.consume());
  const assembler: Assembler = new Assembler(parser, summarizer);
  summarizer.attach(parser);
  parser.beginFile(0, 'input');
  const stream = parser.stream({ functionName: 'checkout', ...(logStream !== undefined && { logStream }) });
  for (const [i, text] of texts.entries()) {
    const bytes = Buffer.from(text);
    parser.event(stream, 1_795_226_400_000 + i, bytes, 0, bytes.length, i);
  }
  assembler.finish();
  summarizer.closeStreams();
  return summarizer.summary.sandboxes.map((sandbox) => sandbox.isolated);
}

describe('a stream without a name', () => {
  test('that shows one start may be one process', () => {
    expect(isolationOf([...cold(1), ...warm(2, 61), ...warm(3, 62)])).toEqual([true]);
  });

  test('in which another process starts was a mixture before, too', () => {
    const lines = [...warm(1, 60), ...warm(2, 90), ...warm(3, 61), ...cold(4), ...warm(5, 91)];
    expect(isolationOf(lines)).toEqual([false, false]);
  });
});

test('a named stream in which the process starts anew was one process before and is one after', () => {
  const lines = [...warm(1, 60), ...warm(2, 61), ...cold(3), ...warm(4, 60)];
  expect(isolationOf(lines, '2026/11/21/[7]0123456789abcdef0123456789abcdef')).toEqual([true, true]);
});
