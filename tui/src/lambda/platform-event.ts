/**
 * What the platform says about a function's life, in the three forms in which it says it: as an event of the Telemetry API,
 * as a line of the text log format, as a line of the JSON log format.
 *
 * Sources: AWS Lambda Developer Guide, "Lambda Telemetry API Event schema reference" and "Working with log formats" (which
 * events the JSON format writes at the default level, INFO); the wording of text lines after public logs.
 */

export interface PlatformEvent {
  readonly type:
    | 'platform.initStart'
    | 'platform.initRuntimeDone'
    | 'platform.initReport'
    | 'platform.start'
    | 'platform.runtimeDone'
    | 'platform.report'
    | 'platform.extension'
    | 'platform.telemetrySubscription'
    | 'platform.fault';
  readonly record: PlatformRecord;
}

export interface PlatformRecord {
  readonly requestId?: string;
  readonly version?: string;
  readonly phase?: 'init' | 'invoke';
  readonly initializationType?: string;
  readonly runtimeVersion?: string;
  readonly runtimeVersionArn?: string;
  readonly functionName?: string;
  readonly functionVersion?: string;
  readonly status?: 'success' | 'error' | 'failure' | 'timeout';
  readonly errorType?: string;
  readonly metrics?: Readonly<Record<string, number>>;
  readonly tracing?: { readonly type: string; readonly value: string };
  readonly name?: string;
  readonly state?: string;
  readonly events?: readonly string[];
  readonly types?: readonly string[];
  /** Text that only the text format has a place for. */
  readonly text?: string;
}

/** @returns the events of the log stream that say this; several for the end of an invocation, none for what is not logged */
export function logMessages(event: PlatformEvent, atMs: number, format: 'Text' | 'JSON'): readonly string[] {
  if (format === 'Text') return textMessages(event);
  if (!isLoggedAsJson(event)) return [];
  return [`${JSON.stringify({ time: new Date(atMs).toISOString(), type: event.type, record: event.record })}\n`];
}

function textMessages({ type, record }: PlatformEvent): readonly string[] {
  switch (type) {
    case 'platform.initStart':
      return [`INIT_START Runtime Version: ${record.runtimeVersion}\tRuntime Version ARN: ${record.runtimeVersionArn}\n`];
    case 'platform.initReport': {
      // A good init is told by the REPORT line of the first invocation only.
      if (record.status === 'success') return [];
      const errorType = record.errorType === undefined ? '' : `\tError Type: ${record.errorType}`;
      return [
        `INIT_REPORT Init Duration: ${decimals(record.metrics?.durationMs)} ms\tPhase: ${record.phase}\tStatus: ${record.status}${errorType}\n`,
      ];
    }
    case 'platform.start':
      return [`START RequestId: ${record.requestId} Version: ${record.version}\n`];
    case 'platform.report':
      return [`END RequestId: ${record.requestId}\n`, reportLine(record)];
    case 'platform.extension':
      return [`EXTENSION\tName: ${record.name}\tState: ${record.state}\tEvents: [${record.events?.join(', ')}]\n`];
    case 'platform.telemetrySubscription':
      return [`TELEMETRY\tName: ${record.name}\tState: ${record.state}\tTypes: [${record.types?.join(', ')}]\n`];
    case 'platform.fault':
      return [record.text ?? ''];
    case 'platform.initRuntimeDone':
    case 'platform.runtimeDone':
      return [];
    default:
      return type satisfies never;
  }
}

function reportLine({ requestId, metrics, status, errorType }: PlatformRecord): string {
  const pairs = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${decimals(metrics?.durationMs)} ms`,
    `Billed Duration: ${metrics?.billedDurationMs} ms`,
    `Memory Size: ${metrics?.memorySizeMB} MB`,
    ...(metrics?.maxMemoryUsedMB === undefined ? [] : [`Max Memory Used: ${metrics.maxMemoryUsedMB} MB`]),
    ...(metrics?.initDurationMs === undefined ? [] : [`Init Duration: ${decimals(metrics.initDurationMs)} ms`]),
    ...(status === 'success' ? [] : [`Status: ${status}`]),
    ...(errorType === undefined ? [] : [`Error Type: ${errorType}`]),
  ];
  return `${pairs.join('\t')}\t\n`;
}

function isLoggedAsJson({ type, record }: PlatformEvent): boolean {
  switch (type) {
    case 'platform.initRuntimeDone':
    case 'platform.runtimeDone':
      return record.status !== 'success';
    case 'platform.initReport':
      return record.status !== 'success' || record.initializationType !== 'on-demand';
    case 'platform.fault':
      return false;
    case 'platform.initStart':
    case 'platform.start':
    case 'platform.report':
    case 'platform.extension':
    case 'platform.telemetrySubscription':
      return true;
    default:
      return type satisfies never;
  }
}

const decimals = (value: number | undefined): string => (value ?? 0).toFixed(2);
