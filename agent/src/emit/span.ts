/**
 * A finished piece of work and its outbound calls as spans, still without any wire format.
 *
 * Both ways out (our own encoder, the official SDK) send what is decided here, so that a trace looks the same whichever
 * of them sent it. Names follow the OpenTelemetry semantic conventions (HTTP, FaaS); what they do not name has a name
 * under `nightlight.`. A call's method and path are not in it: they never leave the process.
 */
import type { Call } from '../measure/call-table.ts';
import type { FinishedWork } from '../measure/work.ts';

export type AttributeValue = string | number | boolean | readonly string[];
export type Attributes = Readonly<Record<string, AttributeValue>>;

export interface Span {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  readonly parentSpanId?: string | undefined;
  /** Whether the parent is another process's. */
  readonly parentIsRemote: boolean;
  readonly name: string;
  readonly kind: 'server' | 'client' | 'consumer';
  readonly startEpochMs: number;
  readonly endEpochMs: number;
  readonly attributes: Attributes;
  readonly failed: boolean;
}

/** @returns the span of the work, then those of its calls */
export function spansOfWork(finished: FinishedWork, calls: readonly Call[], functionName?: string): Span[] {
  const { work, startedAtEpochMs, durationMs } = finished;
  const hasParent = isId(finished.traceId, 32) && isId(finished.parentSpanId, 16);
  const traceId = isId(finished.traceId, 32) ? finished.traceId! : randomId(32);
  const spanId = randomId(16);
  const endEpochMs = startedAtEpochMs + durationMs;
  const route = /^([A-Z]+) (\S.*)$/.exec(finished.route ?? '');
  const trigger = functionName === undefined ? undefined : triggerOf(finished.eventSource);
  const spans: Span[] = [
    {
      traceId,
      spanId,
      parentSpanId: hasParent ? finished.parentSpanId : undefined,
      parentIsRemote: hasParent,
      name: finished.route ?? functionName ?? 'work',
      kind: trigger ? (trigger === 'pubsub' || trigger === 'datasource' ? 'consumer' : 'server') : route ? 'server' : 'consumer',
      startEpochMs: startedAtEpochMs,
      endEpochMs,
      attributes: known({
        'faas.invocation_id': functionName === undefined ? undefined : work.id,
        'faas.coldstart': functionName === undefined ? undefined : finished.cold,
        'faas.trigger': trigger,
        'http.request.method': route?.[1],
        'http.route': route?.[2],
        'http.response.status_code': finished.statusCode,
        'error.type': finished.failed ? (finished.errorType ?? statusError(finished.statusCode)) : undefined,
        'nightlight.heap.used_bytes': finished.heapUsedBytes,
        'nightlight.heap.external_bytes': finished.externalBytes,
        'drill.id': work.drillId,
      }),
      failed: finished.failed,
    },
  ];
  for (const call of calls) {
    const open = Number.isNaN(call.endedMs);
    const startEpochMs = startedAtEpochMs + call.startedMs - work.startedMs;
    spans.push({
      traceId,
      spanId: randomId(16),
      parentSpanId: spanId,
      parentIsRemote: false,
      name: call.service,
      kind: 'client',
      startEpochMs,
      // A call that outlives its work has no end yet; the span ends where we stopped looking, and says so.
      endEpochMs: open ? Math.max(startEpochMs, endEpochMs) : startedAtEpochMs + call.endedMs - work.startedMs,
      attributes: known({
        'peer.service': call.service,
        'http.response.status_code': call.status,
        'error.type': call.failed ? statusError(call.status) : undefined,
        'nightlight.call.limit_ms': call.limitMs,
        'nightlight.call.open': open || undefined,
        'drill.id': work.drillId,
      }),
      failed: call.failed,
    });
  }
  return spans;
}

/** Uniqueness is all that an id needs; a generator of secrets would cost the start of a function. */
function randomId(digits: number): string {
  let id = '';
  while (id.length < digits) id += ((Math.random() * 2 ** 32) >>> 0).toString(16).padStart(8, '0');
  return /[^0]/.test(id) ? id : randomId(digits);
}

function isId(text: string | undefined, digits: number): boolean {
  return text?.length === digits && /^[0-9a-f]*[1-9a-f][0-9a-f]*$/.test(text);
}

/** `_OTHER` is the conventions' word for a failure without a name. */
function statusError(status: number | undefined): string {
  return status !== undefined && status >= 400 ? String(status) : '_OTHER';
}

/** The conventions know five words for what wakes a function. */
function triggerOf(eventSource: string | undefined): 'http' | 'pubsub' | 'datasource' | 'timer' | 'other' {
  if (eventSource === undefined) return 'other';
  if (/^(http|api|alb|elb|url|function-url|lambda-url)/i.test(eventSource)) return 'http';
  if (/^(sqs|sns|kinesis|eventbridge|events|kafka|msk|mq|iot)/i.test(eventSource)) return 'pubsub';
  if (/^(s3|dynamodb|documentdb)/i.test(eventSource)) return 'datasource';
  return /^(schedule|timer|cron)/i.test(eventSource) ? 'timer' : 'other';
}

/** Without what was not seen: missing is absent, never 0. */
function known(attributes: Readonly<Record<string, AttributeValue | undefined>>): Attributes {
  const kept: Record<string, AttributeValue> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && !(typeof value === 'number' && !Number.isFinite(value))) kept[name] = value;
  }
  return kept;
}
