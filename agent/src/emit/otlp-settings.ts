/**
 * Where OTLP goes and how, by the variables that every OpenTelemetry exporter reads.
 *
 * Source: OpenTelemetry specification, "OpenTelemetry Protocol Exporter" and "SDK environment variables". Spoken here is
 * OTLP/HTTP with JSON; who asks for gRPC is told.
 */
export interface OtlpSignal {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly gzip: boolean;
  readonly timeoutMs: number;
}

export type SignalName = 'traces' | 'metrics' | 'logs';
export type Environment = Readonly<Record<string, string | undefined>>;

/** Whether `otlpSignal` is worth asking: without taking a URL apart, which costs the start of a function half a millisecond. */
export function mayHaveSignal(signal: SignalName, environment: Environment, base: string): boolean {
  return isWanted(signal, environment) && /^\s*https?:/i.test(ownEndpoint(signal, environment) || base);
}

/**
 * @param base  what the agent's own settings came to: its own variable, or OTEL_EXPORTER_OTLP_ENDPOINT
 * @returns undefined where this signal is switched off
 */
export function otlpSignal(signal: SignalName, environment: Environment, base: string): OtlpSignal | undefined {
  const name = signal.toUpperCase();
  const read = (what: string) => environment[`OTEL_EXPORTER_OTLP_${name}_${what}`] || environment[`OTEL_EXPORTER_OTLP_${what}`] || '';
  const own = ownEndpoint(signal, environment);
  if (!isWanted(signal, environment) || !URL.canParse(own || base)) return undefined;
  const url = new URL(own || base);
  if (!/^https?:$/.test(url.protocol)) return undefined;
  if (!own) url.pathname = `${url.pathname.replace(/\/$/, '')}/v1/${signal}`;
  const timeoutMs = Number(read('TIMEOUT'));
  return {
    url: url.href,
    headers: {
      ...pairsOf(environment.OTEL_EXPORTER_OTLP_HEADERS),
      ...pairsOf(environment[`OTEL_EXPORTER_OTLP_${name}_HEADERS`]),
    },
    gzip: read('COMPRESSION') === 'gzip',
    timeoutMs: timeoutMs > 0 ? timeoutMs : DEFAULT_TIMEOUT_MS,
  };
}

function isWanted(signal: SignalName, environment: Environment): boolean {
  return !/^true$/i.test(environment.OTEL_SDK_DISABLED ?? '') && environment[`OTEL_${signal.toUpperCase()}_EXPORTER`] !== 'none';
}

/** Our own variable is the more precise one; without it a signal's endpoint is taken as it is, and a base is completed. */
function ownEndpoint(signal: SignalName, environment: Environment): string {
  return environment.NIGHTLIGHT_OTLP_ENDPOINT ? '' : (environment[`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`] ?? '');
}

/** One sentence for each variable that asks for what is not spoken here. */
export function otlpProblems(environment: Environment): string[] {
  const names = ['OTEL_EXPORTER_OTLP_PROTOCOL', 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'];
  return names
    .filter((name) => environment[name] && !environment[name]!.startsWith('http/'))
    .map((name) => `${name}: expected http/json or http/protobuf; OTLP over HTTP with JSON is used`);
}

/** The specification's default is to count from the start of the process. */
export function temporality(environment: Environment): 'cumulative' | 'delta' {
  return /^delta$/i.test(environment.OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE ?? '') ? 'delta' : 'cumulative';
}

/** `name=value,name=value` with values percent-encoded, as in W3C Baggage. A broken pair is left out, the others stay. */
export function pairsOf(text: string | undefined): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const pair of text?.split(',') ?? []) {
    const equals = pair.indexOf('=');
    if (equals < 1) continue;
    const name = pair.slice(0, equals).trim();
    try {
      pairs[decodeURIComponent(name)] = decodeURIComponent(pair.slice(equals + 1).trim());
    } catch {
      pairs[name] = pair.slice(equals + 1).trim();
    }
  }
  return pairs;
}

const DEFAULT_TIMEOUT_MS = 10_000;
