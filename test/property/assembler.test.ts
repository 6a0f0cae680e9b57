/**
 * Any story of sandboxes: the short way that plain invocations take adds up to the same as the full one, every request is
 * counted once, and the summary does not depend on how the lines of several sandboxes are interleaved.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Assembler } from '../../analyzer/src/assemble/index.ts';
import { EventParser } from '../../analyzer/src/parse/event-parser.ts';
import { Summarizer } from '../../analyzer/src/store/summarizer.ts';
import type { Summary } from '../../analyzer/src/store/summary.ts';
import { endLine, type LoggedLine, outputLine, reportLine, requestId, startLine } from '../support/assemble-lines.ts';

const T0 = Date.UTC(2026, 10, 21, 2);
const NAMES = ['2026/11/21/[7]0123456789abcdef0123456789abcdef', '2026/11/21/[7]fedcba9876543210fedcba9876543210', undefined];

const KINDS = [
  'plain',
  'plain',
  'plain',
  'plain',
  'cold',
  'error',
  'logged',
  'timeout',
  'oom',
  'late',
  'cut',
  'slow',
  'headless',
  'retry',
] as const;
type Kind = (typeof KINDS)[number];
const story = fc.array(fc.array(fc.constantFrom(...KINDS), { maxLength: 40 }), { minLength: 1, maxLength: 3 });

const failure = (ordinal: number): string =>
  outputLine(ordinal, 'ERROR', 'Invoke Error \t{"errorType":"TypeError","errorMessage":"no","stack":["TypeError: no"]}');

/** The lines of one request; its number of milliseconds is at most 50. */
function textsOf(kind: Kind, ordinal: number, megabytes: number): string[] {
  const plain = [startLine(ordinal), outputLine(ordinal), endLine(ordinal), reportLine(ordinal, 5 + (ordinal % 7), megabytes)];
  const [start, output, end, report] = plain as [string, string, string, string];
  switch (kind) {
    case 'plain':
      return plain;
    case 'cold':
      return ['INIT_START Runtime Version: nodejs:22.v20\t', start, end, reportLine(ordinal, 10, megabytes, 'Init Duration: 150.00 ms\t')];
    case 'error':
      return [start, failure(ordinal), end, report];
    case 'logged':
      return [start, outputLine(ordinal, 'ERROR', 'Error: only said'), end, report];
    case 'timeout':
      return [
        start,
        end,
        reportLine(ordinal, 3000, megabytes),
        `2026-11-21T02:00:03.000Z ${requestId(ordinal)} Task timed out after 3.00 seconds`,
      ];
    case 'oom':
      return [start, end, reportLine(ordinal, 10, 128, 'Status: error\tError Type: Runtime.OutOfMemory\t')];
    case 'late':
      return [...plain, output];
    case 'cut':
      return [start, output];
    case 'slow':
      return [start, end, reportLine(ordinal, 900 + ordinal, megabytes)];
    case 'headless':
      return [end, report];
    case 'retry':
      return [start, failure(ordinal), end, report, ...plain];
    default:
      return kind satisfies never;
  }
}

/** One request a second in each stream; the streams' seconds differ by a third. */
function linesOf(streams: readonly (readonly Kind[])[]): LoggedLine[][] {
  return streams.map((kinds, s) =>
    kinds.flatMap((kind, i) =>
      textsOf(kind, 1 + s * 1000 + i, 50 + i).map((text, line) => {
        const stream = NAMES[s];
        return { ...(stream !== undefined && { stream }), atMs: T0 + s * 333 + i * 1000 + line, text };
      }),
    ),
  );
}

class WithoutShortWay extends Summarizer {
  override plainInvocation(): boolean {
    return false;
  }
}

function summaryOf(lines: readonly LoggedLine[], summarizer = new Summarizer()): Summary {
  const parser: EventParser = new EventParser(summarizer, {}, () => assembler.consume());
  const assembler: Assembler = new Assembler(parser, summarizer);
  summarizer.attach(parser);
  parser.beginFile(0, 'input');
  for (const [place, line] of lines.entries()) {
    const bytes = Buffer.from(line.text);
    const stream = parser.stream({ functionName: 'checkout', ...(line.stream !== undefined && { logStream: line.stream }) });
    parser.event(stream, line.atMs, bytes, 0, bytes.length, place);
  }
  assembler.finish();
  summarizer.closeStreams();
  summarizer.close();
  return summarizer.summary;
}

const byTime = (lines: readonly LoggedLine[]): LoggedLine[] => [...lines].sort((a, b) => a.atMs - b.atMs);
const attemptsOf = (kinds: readonly Kind[]): number => kinds.reduce((sum, kind) => sum + (kind === 'retry' ? 2 : 1), 0);

test('the short way of plain invocations adds up to the same as the full way', () => {
  fc.assert(
    fc.property(story, fc.boolean(), (streams, interleaved) => {
      const lines = interleaved ? byTime(linesOf(streams).flat()) : linesOf(streams).flat();
      expect(summaryOf(lines)).toEqual(summaryOf(lines, new WithoutShortWay()));
    }),
    { numRuns: 150 },
  );
});

test('every attempt is counted once, and in one way', () => {
  fc.assert(
    fc.property(story, (streams) => {
      const configurations = [...summaryOf(byTime(linesOf(streams).flat())).configurations.values()];
      const count = configurations.reduce((sum, each) => sum + each.invocationCount, 0);
      const outcomes = configurations.flatMap((each) => Object.values(each.statusCounts));
      expect(count).toBe(streams.reduce((sum, kinds) => sum + attemptsOf(kinds), 0));
      expect(outcomes.reduce((sum, one) => sum + one, 0)).toBe(count);
    }),
    { numRuns: 300 },
  );
});

test('plain invocations do take the short way', () => {
  let taken = 0;
  class Counting extends Summarizer {
    override plainInvocation(...given: Parameters<Summarizer['plainInvocation']>): boolean {
      const isTaken = super.plainInvocation(...given);
      if (isTaken) taken++;
      return isTaken;
    }
  }
  summaryOf(linesOf([Array.from({ length: 25 }, () => 'plain')]).flat(), new Counting());
  expect(taken).toBeGreaterThan(5);
});

test('named streams tell the same one behind the other, interleaved, and with their requests in any order', () => {
  const twoStreams = fc.array(fc.array(fc.constantFrom(...KINDS), { maxLength: 25 }), { minLength: 2, maxLength: 2 });
  fc.assert(
    fc.property(twoStreams, fc.infiniteStream(fc.nat()), (streams, chance) => {
      const lines = linesOf(streams);
      const wanted = told(lines.flat());
      expect(told(byTime(lines.flat()))).toEqual(wanted);
      const requests = lines.flatMap((stream) => stream.reduce<LoggedLine[][]>(intoRequests, []));
      const shuffled = requests.map((request) => ({ request, at: chance.next().value })).sort((a, b) => a.at - b.at);
      expect(told(shuffled.flatMap(({ request }) => request))).toEqual(wanted);
    }),
    { numRuns: 300 },
  );
});

/** Lines of one second of one stream. */
function intoRequests(requests: LoggedLine[][], line: LoggedLine): LoggedLine[][] {
  const last = requests.at(-1);
  if (last !== undefined && line.atMs - last[0]!.atMs < 500) last.push(line);
  else requests.push([line]);
  return requests;
}

/** What a summary says, but for the places. */
function told(lines: readonly LoggedLine[]) {
  const { sandboxes, configurations, anomalies } = summaryOf(lines);
  return {
    sandboxes: sandboxes
      .map(({ logStream, epoch, invocationCount, failedCount, envelope, death }) =>
        JSON.stringify([logStream, epoch, invocationCount, failedCount, envelope, death?.by]),
      )
      .sort(),
    // Whose configuration is met first depends on the order, and says nothing.
    outcomes: [...configurations.values()]
      .map((each) => [each.memorySizeMb, each.invocationCount, each.statusCounts, each.billedMsSum] as const)
      .sort(([a], [b]) => a - b),
    anomalies: [...anomalies].map(([kind, { count }]) => `${kind} ${count}`).sort(),
  };
}
