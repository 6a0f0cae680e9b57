/**
 * Spans through the official OpenTelemetry SDK: the application's own where it has one, else one that is started for us.
 *
 * The only file that knows OpenTelemetry. Its packages are taken from the application, never from ours, so that there is
 * one copy and one version; where they are not installed, the caller sends with our own encoder.
 *
 * A provider of ours is not registered as the global one: the application may start its own SDK later, and its spans must
 * go where it says. As soon as it has registered one, ours sends what it holds and makes room.
 */
import type { Agent as HttpAgent } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Api from '@opentelemetry/api';
import type * as Exporter from '@opentelemetry/exporter-trace-otlp-http';
import type * as Sdk from '@opentelemetry/sdk-node';
import { AGENT_VERSION } from './agent-version.ts';
import type { OtlpSignal } from './otlp-settings.ts';
import type { Attributes, Span } from './span.ts';
import { createUnheldAgent } from './unheld-agent.ts';

export interface OtelBridge {
  /** @param spans  of one work, its own first */
  add(spans: readonly Span[]): void;
  /** Settles when what waits was sent or given up. Never rejects. */
  flush(): Promise<void>;
  /** Takes what was not yet handed to the exporter, for a process that cannot wait any more. */
  takeUnsent(): Span[];
  takeLost(): number;
}

export interface OtelBridgeOptions {
  readonly signal: OtlpSignal;
  readonly resource: Attributes;
  /** Where the application's packages are looked for: its main script, its working directory. */
  readonly lookIn: readonly string[];
}

/** @returns undefined when the packages cannot be resolved from the application, or are of a kind not known here */
export async function openOtelBridge(options: OtelBridgeOptions): Promise<OtelBridge | undefined> {
  const api = await load<typeof Api>('@opentelemetry/api', options.lookIn);
  if (!api) return undefined;
  let lost = 0;
  let outstanding = 0;
  /** In the order of their ends, as the processor hands them on. */
  const unsent: Span[] = [];
  // Decided before anything of the SDK is loaded: the application's own costs nothing more.
  let own = hasGlobalProvider() ? undefined : await startOwn();
  if (!own && !hasGlobalProvider()) return undefined;

  async function startOwn(): Promise<InstanceType<typeof Sdk.node.NodeTracerProvider> | undefined> {
    const sdk = await load<typeof Sdk>('@opentelemetry/sdk-node', options.lookIn);
    const otlp = await load<typeof Exporter>('@opentelemetry/exporter-trace-otlp-http', options.lookIn);
    if (!sdk?.node?.NodeTracerProvider || !sdk.resources?.resourceFromAttributes || !otlp?.OTLPTraceExporter) return undefined;
    const exporter = new otlp.OTLPTraceExporter({
      url: options.signal.url,
      httpAgentOptions: (protocol: string): HttpAgent => createUnheldAgent(protocol),
    });
    // The processor says nothing of what it gives up; the exporter's result does.
    const send = exporter.export.bind(exporter);
    exporter.export = (spans, done) => {
      unsent.splice(0, spans.length);
      send(spans, (result) => {
        outstanding -= spans.length;
        if (result.code !== 0) lost += spans.length;
        done(result);
      });
    };
    const attributes = Object.fromEntries(
      Object.entries(options.resource).filter(([name]) => !name.startsWith('telemetry.')),
    ) as Api.Attributes;
    return new sdk.node.NodeTracerProvider({
      resource: sdk.resources.defaultResource().merge(sdk.resources.resourceFromAttributes(attributes)),
      spanProcessors: [new sdk.node.BatchSpanProcessor(exporter)],
    });
  }

  function tracer(): Api.Tracer {
    if (own && hasGlobalProvider()) {
      own.shutdown().catch(() => {});
      own = undefined;
    }
    return (own ?? api!.trace.getTracerProvider()).getTracer('nightlight', AGENT_VERSION);
  }

  return {
    add(spans) {
      const by = tracer();
      if (own && outstanding + spans.length > MOST_OUTSTANDING) {
        lost += spans.length;
        return;
      }
      const [work, ...calls] = spans;
      if (!work) return;
      const parent: Api.Context = work.parentSpanId
        ? api.trace.setSpanContext(api.ROOT_CONTEXT, {
            traceId: work.traceId,
            spanId: work.parentSpanId,
            traceFlags: SAMPLED,
            isRemote: true,
          })
        : api.ROOT_CONTEXT;
      const span = begin(by, work, parent);
      const within = api.trace.setSpan(parent, span);
      for (const call of calls) finish(begin(by, call, within), call);
      finish(span, work);
    },
    takeUnsent: () => unsent.splice(0),
    async flush() {
      try {
        await own?.forceFlush();
      } catch {
        // Counted where the exporter told its result.
      }
    },
    takeLost() {
      const taken = lost;
      lost = 0;
      return taken;
    },
  };

  function begin(by: Api.Tracer, span: Span, parent: Api.Context): Api.Span {
    const options = { kind: KIND[span.kind], startTime: span.startEpochMs, attributes: span.attributes as Api.Attributes };
    return by.startSpan(span.name, options, parent);
  }

  function finish(begun: Api.Span, span: Span): void {
    // A span that was not sampled goes nowhere, and is not waited for.
    if (own && begun.isRecording()) {
      outstanding++;
      unsent.push(span);
    }
    if (span.failed) begun.setStatus({ code: STATUS_ERROR });
    begun.end(span.endEpochMs);
  }
}

/** Whether the application has registered a tracer provider; asked of the place where every copy of the API keeps it. */
export function hasGlobalProvider(): boolean {
  return (globalThis as GlobalApi)[Symbol.for('opentelemetry.js.api.1')]?.trace !== undefined;
}

interface GlobalApi {
  [api: symbol]: { readonly trace?: unknown } | undefined;
}

async function load<Module>(name: string, lookIn: readonly string[]): Promise<Module | undefined> {
  for (const path of lookIn) {
    try {
      const resolved = createRequire(join(dirname(path), 'nightlight.js')).resolve(name);
      const module = await import(pathToFileURL(resolved).href);
      // Node finds most names of a CommonJS module, but not those that are made by a loop; `default` has them all.
      return { ...module, ...module.default };
    } catch {}
  }
  return undefined;
}

/** SpanKind of the API: one less than that of the wire. */
const KIND = { server: 1, client: 2, consumer: 4 } as const;
const STATUS_ERROR = 2;
const SAMPLED = 1;
/** The queue of OpenTelemetry's batch processor; beyond it the processor drops without a word. */
const MOST_OUTSTANDING = 2048;
