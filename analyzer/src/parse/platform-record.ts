/**
 * Platform events in JSON: the same facts as the text lines, as the Telemetry API and the JSON log format write them.
 *
 * Source: AWS Lambda Developer Guide, "Lambda Telemetry API Event schema reference", and Datadog's recorded events
 * (DataDog/datadog-lambda-extension, `bottlecap/src/extension/telemetry/events.rs`). Types and members that are not in
 * either are kept and counted, because AWS adds to them every year.
 */
import { FACT, type FactExtra, type FactKind } from './facts.ts';
import type { PlatformFact } from './platform-fact.ts';
import { redactLine } from './redact.ts';

export type PlatformRecord =
  | { readonly kind: 'fact'; readonly fact: PlatformFact }
  /** A platform event that tells nothing about an invocation. */
  | { readonly kind: 'other'; readonly unknownType: string | undefined }
  | { readonly kind: 'not-a-record' };

const KINDS: Readonly<Record<string, FactKind>> = {
  'platform.start': FACT.start,
  'platform.end': FACT.end,
  'platform.report': FACT.report,
  'platform.initStart': FACT.initStart,
  'platform.initReport': FACT.initReport,
  'platform.restoreStart': FACT.restoreStart,
  'platform.restoreReport': FACT.restoreReport,
  'platform.runtimeDone': FACT.runtimeDone,
  'platform.extension': FACT.extension,
  'platform.logsDropped': FACT.logsDropped,
  'platform.fault': FACT.runtimeExit,
};
/** Known, and without a fact of their own. */
const QUIET = new Set([
  'platform.initRuntimeDone',
  'platform.restoreRuntimeDone',
  'platform.telemetrySubscription',
  'platform.logsSubscription',
]);
const KNOWN_MEMBERS = new Set([
  'requestId',
  'version',
  'metrics',
  'status',
  'errorType',
  'tracing',
  'spans',
  'initializationType',
  'phase',
  'runtimeVersion',
  'runtimeVersionArn',
  'functionName',
  'functionVersion',
  'functionArn',
  'instanceId',
  'instanceMaxMemory',
  'name',
  'state',
  'events',
  'types',
  'reason',
  'droppedRecords',
  'droppedBytes',
  'tenantId',
  'producedBytes',
  'internalMetrics',
  'message',
]);

export function readPlatformRecord(text: string): PlatformRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'not-a-record' };
  }
  const event = asObject(value);
  const type = event?.type;
  if (event === undefined || typeof type !== 'string' || !type.startsWith('platform.')) return { kind: 'not-a-record' };
  const kind = KINDS[type];
  if (kind === undefined) return { kind: 'other', unknownType: QUIET.has(type) ? undefined : redactLine(type).slice(0, 64) };
  const record = asObject(event.record) ?? {};
  const metrics = asObject(record.metrics) ?? {};
  const extra: FactExtra = {};
  const status = asText(record.status);
  if (status !== undefined) extra.status = status;
  const errorType = asText(record.errorType);
  if (errorType !== undefined) extra.errorType = redactLine(errorType);
  const phase = asText(record.phase);
  if (phase !== undefined) extra.phase = phase;
  const initializationType = asText(record.initializationType);
  if (initializationType !== undefined) extra.initializationType = initializationType;
  const runtimeVersion = asText(record.runtimeVersion);
  if (runtimeVersion !== undefined) extra.runtimeVersion = redactLine(runtimeVersion);
  const name = asText(record.name);
  if (name !== undefined) extra.extensionName = redactLine(name);
  const dropped = asNumber(record.droppedRecords);
  if (dropped !== undefined) extra.droppedRecords = dropped;
  const restoreMs = asNumber(metrics.restoreDurationMs) ?? (kind === FACT.restoreReport ? asNumber(metrics.durationMs) : undefined);
  if (restoreMs !== undefined) extra.restoreMs = restoreMs;
  const billedRestoreMs = asNumber(metrics.billedRestoreDurationMs);
  if (billedRestoreMs !== undefined) extra.billedRestoreMs = billedRestoreMs;
  const producedBytes = asNumber(metrics.producedBytes);
  if (producedBytes !== undefined) extra.producedBytes = producedBytes;
  readSpans(record.spans, extra);
  readTracing(record.tracing, extra);
  if (kind === FACT.runtimeExit) extra.processDied = true;
  const isInit = kind === FACT.initReport;
  const durationMs = asNumber(metrics.durationMs);
  const timeMs = typeof event.time === 'string' ? Date.parse(event.time) : Number.NaN;
  const unknown = Object.keys(record).find((key) => !KNOWN_MEMBERS.has(key));
  const arn = asText(record.functionArn) ?? '';
  const functionName = asText(record.functionName) ?? /:function:([^:]+)/.exec(arn)?.[1];
  const version = asText(record.version) ?? asText(record.functionVersion);
  const requestId = asText(record.requestId);
  const memorySizeMb =
    asNumber(metrics.memorySizeMB) ?? (kind === FACT.initStart ? megabytesOf(asNumber(record.instanceMaxMemory)) : undefined);
  const billedMs = asNumber(metrics.billedDurationMs);
  const maxMemoryMb = asNumber(metrics.maxMemoryUsedMB);
  const initMs = isInit ? durationMs : asNumber(metrics.initDurationMs);
  const stream = asText(record.instanceId);
  return {
    kind: 'fact',
    fact: {
      kind,
      ...(requestId !== undefined && { requestId }),
      ...(version !== undefined && { version }),
      ...(functionName !== undefined && { functionName }),
      ...(!isInit && durationMs !== undefined && { durationMs }),
      ...(billedMs !== undefined && { billedMs }),
      ...(memorySizeMb !== undefined && { memorySizeMb }),
      ...(maxMemoryMb !== undefined && { maxMemoryMb }),
      ...(initMs !== undefined && { initMs }),
      ...(!Number.isNaN(timeMs) && { timeMs }),
      ...(stream !== undefined && { stream }),
      ...(unknown !== undefined && { unknown: `${type}.record.${redactLine(unknown).slice(0, 64)}` }),
      extra,
    },
  };
}

/** Real records carry bytes where AWS's page shows megabytes: 268435456 and 256 are the same size. */
export function megabytesOf(instanceMaxMemory: number | undefined): number | undefined {
  if (instanceMaxMemory === undefined) return undefined;
  return instanceMaxMemory < 20_000 ? instanceMaxMemory : instanceMaxMemory / 1_048_576;
}

function readSpans(spans: unknown, extra: FactExtra): void {
  if (!Array.isArray(spans)) return;
  for (const span of spans) {
    const one = asObject(span);
    const durationMs = asNumber(one?.durationMs);
    if (durationMs === undefined) continue;
    if (one?.name === 'extensionOverhead') extra.extensionOverheadMs = durationMs;
    else if (one?.name === 'responseLatency') extra.responseLatencyMs = durationMs;
    else if (one?.name === 'responseDuration') extra.responseDurationMs = durationMs;
  }
}

/** `Root=1-8hex-24hex;Parent=…;Sampled=1`. */
function readTracing(tracing: unknown, extra: FactExtra): void {
  const value = asText(asObject(tracing)?.value);
  if (value === undefined) return;
  const root = /Root=1-([0-9a-f]{8})-([0-9a-f]{24})/.exec(value);
  if (root !== null) extra.traceId = root[1]! + root[2]!;
  const sampled = /Sampled=([01])/.exec(value);
  if (sampled !== null) extra.sampled = sampled[1] === '1';
}

function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
