/**
 * Where a long-running process sends what it measured, by NIGHTLIGHT_SINK: an OTLP receiver, lines on standard output, a
 * file, or nowhere.
 *
 * To a receiver go: the chosen works as traces, the latency of all works as a metric, and every record line (windows among
 * them) as a log record, so that whoever reads logs has the exact windows and whoever reads dashboards needs none of them.
 * A signal that the receiver does not know (404) is given up with one note. A receiver that is not there costs nothing but
 * what waits for it; what is lost is in the next window.
 */
import { performance } from 'node:perf_hooks';
import type { Agent } from '../agent.ts';
import type { Call } from '../measure/call-table.ts';
import type { FinishedWork } from '../measure/work.ts';
import { encodeInvocation, type InvocationRecord } from '../record/invocation-record.ts';
import { bytes, epochMilliseconds, milliseconds } from '../record/units.ts';
import { encodeWindow } from '../record/window-record.ts';
import { createLatencyHistograms } from './latency-histogram.ts';
import { openNdjsonFile } from './ndjson-file.ts';
import { hasGlobalProvider, type OtelBridge, openOtelBridge } from './otel-sdk.ts';
import {
  encodeLatencyMetric,
  encodeLogRecord,
  encodeResource,
  encodeSpan,
  logsRequest,
  metricsRequest,
  tracesRequest,
} from './otlp-json.ts';
import { resourceAttributes } from './otlp-resource.ts';
import { createSender, type Sender } from './otlp-send.ts';
import { type Environment, otlpProblems, otlpSignal, type SignalName, temporality } from './otlp-settings.ts';
import { postWhileExiting } from './post-while-exiting.ts';
import type { Sink } from './sink.ts';
import { type Span, spansOfWork } from './span.ts';

export interface Sandbox {
  readonly sandboxId: string;
  readonly serviceName: string;
  /** As the line of its start has it. */
  readonly functionVersion?: string | undefined;
}

export function openSink(agent: Agent, sandbox: Sandbox): Sink {
  const { sink } = agent.settings;
  if (sink === 'off') return NOWHERE;
  if (sink === 'stdout')
    return lineSink(
      sandbox,
      (line) => agent.writeLine(line),
      () => agent.takeLostLines(),
    );
  if (sink.startsWith('file:')) {
    const file = openNdjsonFile(sink.slice('file:'.length));
    return lineSink(sandbox, file.append, file.takeLost);
  }
  return otlpSink(agent, sandbox, agent.environment ?? {});
}

const NOWHERE: Sink = {
  work: () => {},
  window: () => {},
  line: () => {},
  flush: () => Promise.resolve(),
  flushSync: () => {},
  takeLost: () => 0,
};

/** Every line is written when it arises, so there is nothing left to flush. */
function lineSink(sandbox: Sandbox, write: (line: string) => void, takeLost: () => number): Sink {
  return {
    ...NOWHERE,
    work: (finished, calls) => write(encodeInvocation(invocationOf(finished, calls, sandbox))),
    window: (record) => write(encodeWindow(record)),
    line: write,
    takeLost,
  };
}

function invocationOf(finished: FinishedWork, calls: readonly Call[], sandbox: Sandbox): InvocationRecord {
  const { work, heapUsedBytes, externalBytes } = finished;
  const openCallCount = calls.filter((call) => Number.isNaN(call.endedMs)).length;
  return {
    kind: 'invocation',
    requestId: work.id,
    sandboxId: sandbox.sandboxId,
    traceId: finished.traceId,
    startedAtEpochMs: epochMilliseconds(finished.startedAtEpochMs),
    route: finished.route,
    invocationNumber: finished.number,
    durationMs: milliseconds(finished.durationMs),
    failed: finished.failed || undefined,
    errorType: finished.errorType,
    memory: { heapUsedAfterBytes: bytes(heapUsedBytes), externalBytes: bytes(externalBytes) },
    outboundCalls: work.calls?.outboundCalls(work.startedMs + finished.durationMs),
    openCallCount: openCallCount || undefined,
    drillId: work.drillId,
  };
}

function otlpSink(agent: Agent, sandbox: Sandbox, environment: Environment): Sink {
  const base = agent.settings.otlpEndpoint || DEFAULT_ENDPOINT;
  const speaker = {
    serviceName: sandbox.serviceName || agent.settings.serviceName,
    sandboxId: sandbox.sandboxId,
    serviceVersion: sandbox.functionVersion,
  };
  const resource = resourceAttributes(environment, speaker);
  const encodedResource = encodeResource(resource);
  for (const problem of otlpProblems(environment)) agent.note('setting', problem);

  function senderOf(name: SignalName, request: (resource: string, items: readonly string[]) => string): Sender | undefined {
    const signal = otlpSignal(name, environment, base);
    if (!signal) return undefined;
    return createSender(agent, {
      signal,
      toBody: (items) => request(encodedResource, items),
      delayMs: DELAY_MS,
      onUnknown: () => agent.note('limit', `the OTLP receiver takes no ${name} (404): none are sent`),
    });
  }

  const traces = senderOf('traces', tracesRequest);
  const metrics = senderOf('metrics', metricsRequest);
  const logs = senderOf('logs', logsRequest);
  const counting = temporality(environment);
  const histograms = createLatencyHistograms(counting);
  const bridge = traces ? bridgeWhenIdle() : undefined;

  /** The SDK takes a tenth of a second and more to load; it waits for a moment in which the host has nothing to do. */
  function bridgeWhenIdle(): { open: OtelBridge | undefined; held: Span[][] | undefined } {
    const state: { open: OtelBridge | undefined; held: Span[][] | undefined } = { open: undefined, held: [] };
    let before = performance.eventLoopUtilization();
    let looks = 0;
    const look = setInterval(() => {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, before);
      before = now;
      // A process that is never idle keeps our own encoder, which costs it less.
      if (utilization > IDLE_UTILISATION && ++looks < MOST_LOOKS && !hasGlobalProvider()) return;
      clearInterval(look);
      const settle = (open: OtelBridge | undefined) => {
        state.open = open;
        const held = state.held ?? [];
        state.held = undefined;
        for (const spans of held) sendSpans(spans);
      };
      if (looks >= MOST_LOOKS) return settle(undefined);
      const lookIn = [process.argv[1], `${process.cwd()}/.`].filter((path) => path !== undefined);
      const signal = otlpSignal('traces', environment, base)!;
      openOtelBridge({ signal, resource, lookIn }).then(settle, () => settle(undefined));
    }, LOOK_MS);
    look.unref();
    return state;
  }

  function sendSpans(spans: Span[]): void {
    if (bridge?.open) bridge.open.add(spans);
    else for (const span of spans) traces?.add(encodeSpan(span));
  }

  function addLine(line: string): void {
    logs?.add(encodeLogRecord(line, Date.now()));
  }

  return {
    work(finished, calls) {
      if (!traces) return;
      const spans = spansOfWork(finished, calls);
      // Held for the SDK as long as that is coming; more than a few hundred leave by our own encoder.
      if (bridge?.held && bridge.held.length < MOST_HELD) bridge.held.push(spans);
      else sendSpans(spans);
    },
    window(record) {
      addLine(encodeWindow(record));
      const points = metrics ? histograms.add(record) : [];
      if (points.length > 0) metrics!.add(encodeLatencyMetric(LATENCY_METRIC, points, counting));
    },
    line: addLine,
    async flush(capMs) {
      // A process that ends before the SDK was loaded does not load it for its last words.
      for (const spans of bridge?.held?.splice(0) ?? []) for (const span of spans) traces?.add(encodeSpan(span));
      const capped = new Promise<void>((resolve) => {
        setTimeout(resolve, capMs).unref();
      });
      await Promise.all([
        traces?.flush(capMs, true),
        metrics?.flush(capMs, true),
        logs?.flush(capMs, true),
        bridge?.open ? Promise.race([bridge.open.flush(), capped]) : undefined,
      ]);
    },
    flushSync() {
      for (const spans of [...(bridge?.held?.splice(0) ?? []), bridge?.open?.takeUnsent() ?? []]) {
        for (const span of spans) traces?.add(encodeSpan(span));
      }
      const last = [traces, metrics, logs].flatMap(
        (sender) => sender?.takeBodies().map((one) => ({ ...one, signal: sender.signal })) ?? [],
      );
      if (last.length > 0) postWhileExiting(last, LAST_CAP_MS);
    },
    takeLost() {
      const lostMetrics = metrics?.takeLost() ?? 0;
      // A metric that counts from the start is made good by the next one.
      return (
        (traces?.takeLost() ?? 0) + (logs?.takeLost() ?? 0) + (bridge?.open?.takeLost() ?? 0) + (counting === 'delta' ? lostMetrics : 0)
      );
    },
  };
}

const DEFAULT_ENDPOINT = 'http://127.0.0.1:4318';
/** Not `http.server.request.duration`: the application's own instrumentation may already send that. */
const LATENCY_METRIC = 'nightlight.request.duration';
/** What a process that ends may be held for a receiver that does not answer. */
const LAST_CAP_MS = 300;
/** As OpenTelemetry's batch processor waits. */
const DELAY_MS = 5000;
const LOOK_MS = 100;
const IDLE_UTILISATION = 0.3;
/** Half a minute. */
const MOST_LOOKS = 300;
const MOST_HELD = 200;
