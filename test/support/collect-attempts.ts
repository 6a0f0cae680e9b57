/**
 * Every attempt that the analyzer rebuilds from some files, one by one: the door for tests that ask about single
 * records, which a report no longer holds.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Assembler, type InvocationSink } from '../../analyzer/src/assemble/index.ts';
import type { Invocation } from '../../analyzer/src/assemble/invocation.ts';
import type { Anomaly } from '../../analyzer/src/parse/anomaly.ts';
import { EventParser, type ParseLedger } from '../../analyzer/src/parse/event-parser.ts';
import { readFile } from '../../analyzer/src/read/read-file.ts';

export interface Attempt {
  readonly requestId: string;
  readonly attempt: number;
  readonly functionName: string | undefined;
  readonly version: string | undefined;
  readonly logStream: string;
  readonly epoch: number;
  readonly status: string;
  readonly initKind: string | undefined;
  readonly initStatus: string;
  readonly lateOutput: boolean;
  readonly errorType: string | undefined;
  readonly durationMs: number | undefined;
  readonly billedMs: number | undefined;
  readonly memorySizeMb: number | undefined;
  readonly maxMemoryMb: number | undefined;
  readonly initMs: number | undefined;
  readonly initBilledMs: number | undefined;
  readonly restoreMs: number | undefined;
  readonly billedRestoreMs: number | undefined;
  readonly timeoutMs: number | undefined;
  readonly traceId: string | undefined;
  readonly segmentId: string | undefined;
  readonly sampled: boolean | undefined;
  readonly dialect: string | undefined;
}

/** @param path  a file, or a folder whose files are read in order of their names */
export async function collectAttempts(
  path: string,
  functionName?: string,
): Promise<{ attempts: Attempt[]; anomalies: Map<Anomaly, number> }> {
  const attempts: Attempt[] = [];
  const anomalies = new Map<Anomaly, number>();
  const nothing = (): void => {};
  const anomaly = (kind: Anomaly): void => void anomalies.set(kind, (anomalies.get(kind) ?? 0) + 1);
  const ledger: ParseLedger = { skipped: nothing, took: nothing, metric: nothing, anomaly, unknownPlatform: nothing };
  const sink: InvocationSink = {
    invocation: (invocation) => void attempts.push(copyOf(invocation, parser)),
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
  const parser: EventParser = new EventParser(ledger, { detailed: true, ...(functionName !== undefined && { functionName }) }, () =>
    assembler.consume(),
  );
  const assembler = new Assembler(parser, sink);
  for (const [index, file] of filesBelow(path).entries()) {
    parser.beginFile(index, file);
    const context = { path: file, ...(functionName !== undefined && { functionName }) };
    await readFile(parser, context, { maxInflatedBytes: 1e9 }, { shape: undefined, storedBytes: Number.NaN, inflatedBytes: 0 });
  }
  assembler.finish();
  return { attempts, anomalies };
}

function filesBelow(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).sort();
  return names.map((name) => join(path, name)).filter((file) => statSync(file).isFile() && !file.endsWith('aws-logs-write-test'));
}

function copyOf(invocation: Invocation, parser: EventParser): Attempt {
  const { details, sandbox } = invocation;
  return {
    requestId: parser.ids.text(invocation.id0, invocation.id1, invocation.id2, invocation.id3) ?? '',
    attempt: invocation.attempt,
    functionName: invocation.functionName,
    version: invocation.version,
    logStream: sandbox.logStream,
    epoch: sandbox.epoch,
    status: invocation.status,
    initKind: invocation.initKind,
    initStatus: invocation.initStatus,
    lateOutput: invocation.lateOutput,
    errorType: invocation.errorType,
    durationMs: known(invocation.durationMs),
    billedMs: known(invocation.billedMs),
    memorySizeMb: known(invocation.memorySizeMb),
    maxMemoryMb: known(invocation.maxMemoryMb),
    initMs: known(invocation.initMs),
    initBilledMs: known(invocation.initBilledMs),
    restoreMs: known(invocation.restoreMs),
    billedRestoreMs: known(invocation.billedRestoreMs),
    timeoutMs: known(invocation.timeoutMs),
    traceId: details?.traceId,
    segmentId: details?.segmentId,
    sampled: details?.sampled,
    dialect: details?.dialect,
  };
}

const known = (value: number): number | undefined => (Number.isNaN(value) ? undefined : value);
