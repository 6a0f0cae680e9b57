/**
 * Metrics that travel inside log lines: CloudWatch's embedded metric format, and Lambda Insights' performance events,
 * which are written in it.
 *
 * Source: AWS, "Specification: Embedded metric format", and "Example telemetry event in CloudWatch Lambda Insights".
 */
import type { MetricPoint } from '../read/event-sink.ts';
import { redactLine } from './redact.ts';

/** What Lambda Insights' extension says of one invocation (Managed Instances: of one minute). Absent members were not told. */
export interface LambdaInsightsEvent {
  readonly requestId?: string;
  readonly traceId?: string;
  readonly functionName?: string;
  readonly version?: string;
  readonly durationMs?: number;
  readonly billedMs?: number;
  /** Present on a cold start only. */
  readonly initDurationMs?: number;
  readonly coldStart?: boolean;
  readonly timedOut?: boolean;
  readonly shutdownReason?: string;
  /** Memory size of the function. */
  readonly memorySizeMb?: number;
  /** Highest memory use so far in the sandbox. */
  readonly maxMemoryUsedMb?: number;
  readonly memoryUtilizationPercent?: number;
  readonly cpuTotalMs?: number;
  readonly cpuUserMs?: number;
  readonly cpuSystemMs?: number;
  readonly receivedBytes?: number;
  readonly sentBytes?: number;
  /** Open file descriptors and their limit: sockets and files that are never closed show here and nowhere else. */
  readonly openFileCount?: number;
  readonly openFileLimit?: number;
  readonly threadCount?: number;
  readonly freeTmpBytes?: number;
  readonly tmpBytes?: number;
  readonly agentMemoryMb?: number;
}

export interface EmbeddedMetrics {
  readonly points: MetricPoint[];
  /** Request id that the line itself names. */
  readonly requestId: string | undefined;
  readonly insights: LambdaInsightsEvent | undefined;
}

/**
 * @param value  a line after JSON.parse
 * @param atMs   time of its event, for a line that does not tell its own
 * @returns undefined when the line carries no metrics; values that are no numbers are left out
 */
export function readEmbeddedMetrics(value: unknown, atMs: number): EmbeddedMetrics | undefined {
  if (!isObject(value)) return undefined;
  const insights = value.event_type === 'performance' ? readInsights(value) : undefined;
  const directives = isObject(value._aws) ? value._aws.CloudWatchMetrics : undefined;
  if (!Array.isArray(directives) && insights === undefined) return undefined;

  const told = isObject(value._aws) ? value._aws.Timestamp : undefined;
  const pointAtMs = typeof told === 'number' && told > 1e11 && told < 8.64e15 ? told : atMs;
  const points: MetricPoint[] = [];
  for (const directive of Array.isArray(directives) ? directives.slice(0, MOST_DIRECTIVES) : []) {
    if (isObject(directive)) readDirective(directive, value, pointAtMs, points);
  }
  return { points, requestId: text(value.requestId) ?? text(value.function_request_id) ?? text(value.request_id), insights };
}

/**
 * A metric with several dimension sets is one measurement seen from several sides, not several measurements. It comes
 * back once, with the dimensions of all its sets, so that adding values up does not count it twice.
 */
function readDirective(directive: JsonObject, line: JsonObject, atMs: number, points: MetricPoint[]): void {
  if (!Array.isArray(directive.Metrics)) return;
  const namespace = text(directive.Namespace);
  const dimensions = readDimensions(directive.Dimensions, line);
  for (const metric of directive.Metrics.slice(0, MOST_METRICS)) {
    if (!isObject(metric)) continue;
    const name = text(metric.Name);
    if (name === undefined) continue;
    const unit = text(metric.Unit);
    const found = Object.hasOwn(line, name) ? line[name] : undefined;
    for (const value of Array.isArray(found) ? found.slice(0, MOST_VALUES) : [found]) {
      if (typeof value !== 'number' || !Number.isFinite(value)) continue;
      points.push({ name, ...(namespace !== undefined && { namespace }), ...(unit !== undefined && { unit }), dimensions, atMs, value });
    }
  }
}

function readDimensions(sets: unknown, line: JsonObject): Readonly<Record<string, string>> {
  const found: [string, string][] = [];
  for (const set of Array.isArray(sets) ? sets.slice(0, MOST_DIRECTIVES) : []) {
    for (const name of Array.isArray(set) ? set.slice(0, MOST_DIMENSIONS) : []) {
      if (typeof name !== 'string' || !Object.hasOwn(line, name)) continue;
      const value = line[name];
      if (typeof value === 'string' || typeof value === 'number') found.push([name, redactLine(String(value).slice(0, MOST_TEXT))]);
    }
  }
  return Object.fromEntries(found);
}

function readInsights(line: JsonObject): LambdaInsightsEvent {
  const told: { [K in keyof LambdaInsightsEvent]: LambdaInsightsEvent[K] | undefined } = {
    requestId: text(line.request_id),
    traceId: text(line.trace_id),
    functionName: text(line.function_name),
    version: text(line.version),
    durationMs: number(line.duration),
    billedMs: number(line.billed_duration),
    initDurationMs: number(line.init_duration),
    coldStart: flag(line.cold_start),
    timedOut: flag(line.timeout),
    shutdownReason: text(line.shutdown_reason),
    memorySizeMb: number(line.total_memory),
    maxMemoryUsedMb: number(line.used_memory_max),
    memoryUtilizationPercent: number(line.memory_utilization),
    cpuTotalMs: number(line.cpu_total_time),
    cpuUserMs: number(line.cpu_user_time),
    cpuSystemMs: number(line.cpu_system_time),
    receivedBytes: number(line.rx_bytes),
    sentBytes: number(line.tx_bytes),
    openFileCount: number(line.fd_use),
    openFileLimit: number(line.fd_max),
    threadCount: number(line.threads_max),
    freeTmpBytes: number(line.tmp_free),
    tmpBytes: number(line.tmp_max),
    agentMemoryMb: number(line.agent_memory_max),
  };
  return Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
}

type JsonObject = Readonly<Record<string, unknown>>;

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? redactLine(value.slice(0, MOST_TEXT)) : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Booleans; Powertools and older agents write 0 and 1. */
function flag(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  return value === 1 ? true : value === 0 ? false : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// The specification allows 100 metrics a directive, 30 dimensions a set and 100 values a metric; more is not EMF.
const MOST_DIRECTIVES = 100;
const MOST_METRICS = 100;
const MOST_DIMENSIONS = 30;
const MOST_VALUES = 100;
const MOST_TEXT = 1024;
