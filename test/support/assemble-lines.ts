/**
 * Lines in, attempts out, all in memory: parser and assembler as they are wired behind a reader, for tests that ask what
 * becomes of a certain order of lines.
 */
import { Assembler, type InvocationSink } from '../../analyzer/src/assemble/index.ts';
import type { Sandbox } from '../../analyzer/src/assemble/invocation.ts';
import type { Anomaly } from '../../analyzer/src/parse/anomaly.ts';
import { EventParser, type ParseLedger } from '../../analyzer/src/parse/event-parser.ts';

export interface LoggedLine {
  /** A stream's name; lines without one are in one unnamed stream, as in pasted text. */
  readonly stream?: string;
  /** Where lines of several functions are in one input. */
  readonly functionName?: string;
  readonly atMs: number;
  readonly text: string;
}

export interface AssembledAttempt {
  readonly requestId: string;
  readonly attempt: number;
  readonly status: string;
  readonly initKind: string | undefined;
  readonly isolated: boolean;
  readonly epoch: number;
  readonly hasStart: boolean;
  readonly lateOutput: boolean;
  readonly startMs: number;
  readonly endMs: number;
  readonly durationMs: number;
  readonly maxMemoryMb: number;
}

export interface Assembled {
  /** In the order in which they were given away. */
  readonly attempts: readonly AssembledAttempt[];
  readonly anomalies: Readonly<Partial<Record<Anomaly, number>>>;
}

export function assembleLines(lines: readonly LoggedLine[]): Assembled {
  const attempts: Omit<AssembledAttempt, 'isolated'>[] = [];
  const sandboxes: Sandbox[] = [];
  const anomalies: Partial<Record<Anomaly, number>> = {};
  const nothing = (): void => {};
  const anomaly = (kind: Anomaly): void => {
    anomalies[kind] = (anomalies[kind] ?? 0) + 1;
  };
  const ledger: ParseLedger = { skipped: nothing, took: nothing, metric: nothing, anomaly, unknownPlatform: nothing };
  const sink: InvocationSink = {
    invocation: (given) => {
      sandboxes.push(given.sandbox);
      attempts.push({
        requestId: parser.ids.text(given.id0, given.id1, given.id2, given.id3) ?? '',
        attempt: given.attempt,
        status: given.status,
        initKind: given.initKind,
        epoch: given.sandbox.epoch,
        hasStart: given.hasStart,
        lateOutput: given.lateOutput,
        startMs: given.startMs,
        endMs: given.endMs,
        durationMs: given.durationMs,
        maxMemoryMb: given.maxMemoryMb,
      });
    },
    // Everything takes the full way, so that everything is told.
    plainInvocation: () => false,
    unusedInit: nothing,
    looseError: nothing,
    extension: nothing,
    runtimeVersion: nothing,
    logsDropped: nothing,
    record: nothing,
    death: nothing,
    anomaly,
  };
  const parser: EventParser = new EventParser(ledger, {}, () => assembler.consume());
  const assembler = new Assembler(parser, sink);
  parser.beginFile(0, 'input');
  let place = 0;
  for (const line of lines) {
    const bytes = Buffer.from(line.text);
    const stream = parser.stream({ functionName: 'checkout', ...(line.stream !== undefined && { logStream: line.stream }) });
    parser.event(stream, line.atMs, bytes, 0, bytes.length, place);
    place += bytes.length;
  }
  assembler.finish();
  // That a stream mixes sandboxes may turn out only after an attempt was given away.
  return { attempts: attempts.map((attempt, i) => ({ ...attempt, isolated: sandboxes[i]!.isolated })), anomalies };
}

/** The same id for the same number: neighbours differ in their last characters only, a million apart in their first ones. */
export function requestId(ordinal: number): string {
  const head = (0x5e0f2c1a + Math.floor(ordinal / 1_000_000)).toString(16);
  return `${head}-77aa-4b0e-9d6e-${ordinal.toString(16).padStart(12, '0')}`;
}

export const startLine = (ordinal: number): string => `START RequestId: ${requestId(ordinal)} Version: 7`;
export const endLine = (ordinal: number): string => `END RequestId: ${requestId(ordinal)}`;

export function reportLine(ordinal: number, durationMs = 10, megabytes = 60, more = ''): string {
  const billedMs = Math.ceil(durationMs);
  return `REPORT RequestId: ${requestId(ordinal)}\tDuration: ${durationMs.toFixed(2)} ms\tBilled Duration: ${billedMs} ms\tMemory Size: 128 MB\tMax Memory Used: ${megabytes} MB\t${more}`;
}

export const outputLine = (ordinal: number, level = 'INFO', message = 'ordinary'): string =>
  `2026-11-21T02:00:00.000Z\t${requestId(ordinal)}\t${level}\t${message}`;

/** START, a line of output, END and REPORT of one request, from `atMs` on. */
export function invocationLines(ordinal: number, atMs: number, stream?: string): LoggedLine[] {
  const of = stream === undefined ? {} : { stream };
  return [
    { ...of, atMs, text: startLine(ordinal) },
    { ...of, atMs: atMs + 1, text: outputLine(ordinal) },
    { ...of, atMs: atMs + 10, text: endLine(ordinal) },
    { ...of, atMs: atMs + 11, text: reportLine(ordinal) },
  ];
}
