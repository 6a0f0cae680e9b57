/** Hands the sink of long-running processes to a script of a test, with works and windows to send. */
import { openSink } from '../../../agent/src/emit/process-sink.ts';
import type { FinishedWork } from '../../../agent/src/measure/work.ts';
import { bucketOfMs, bucketsOfCounts, HISTOGRAM_LENGTH } from '../../../agent/src/record/histogram-text.ts';
import { epochMilliseconds, milliseconds } from '../../../agent/src/record/units.ts';
import type { WindowRecord } from '../../../agent/src/record/window-record.ts';
import { createPlainAgent } from './plain-agent.ts';

const { env } = process;
const agent = createPlainAgent(
  { sink: env.TEST_SINK ?? 'otlp', otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT ?? '', serviceName: 'orders' },
  env,
);

function work(number: number): FinishedWork {
  return {
    work: { id: `w${number}`, startedMs: performance.now() - 5 },
    number,
    startedAtEpochMs: Date.now() - 5,
    durationMs: 5,
    failed: false,
    cold: false,
    heapUsedBytes: 4_000_000,
    externalBytes: 1000,
    route: 'GET /orders/:id',
    statusCode: 200,
  };
}

function window(sequence: number, durationsMs: readonly number[]): WindowRecord {
  const counts = new Uint32Array(HISTOGRAM_LENGTH);
  for (const duration of durationsMs) counts[bucketOfMs(duration)]!++;
  return {
    kind: 'window',
    fromEpochMs: epochMilliseconds(Date.now() - 10_000),
    lengthMs: milliseconds(10_000),
    sequence,
    requestCount: durationsMs.length,
    durations: bucketsOfCounts(counts),
  };
}

const call = { service: 'orders-db', what: 'GET /secret', startedMs: performance.now(), endedMs: performance.now() + 2, failed: false };
const open = () => openSink(agent, { sandboxId: 'p1', serviceName: 'orders' });
(globalThis as Record<string, unknown>).nightlightTest = { agent, open, work, window, call };
