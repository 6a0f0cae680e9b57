/**
 * Every setting of the agent, read from the environment once and here only.
 *
 * A value that is not understood never stops the host: the default is used, and `problems` says what was accepted.
 */
export interface Settings {
  /** `log`: lines only. `shutdown`: spans leave at the end. `invoke`: after each response, through an internal extension. */
  readonly flush: 'log' | 'shutdown' | 'invoke';
  /** Every how many-th ordinary invocation has a line of its own; 1 is every one. */
  readonly sampleEvery: number;
  /** Forced collections when growth is suspicious. */
  readonly probe: boolean;
  /** Forced collections at their own pace, without a suspicion and without a budget: for a check before a deploy. */
  readonly probesAlways?: boolean;
  /** Node writes what was covered when it ends. */
  readonly coverageRuns?: boolean;
  /** Every how many-th process measures its module loading; Infinity is never. */
  readonly modulesEvery: number;
  /** Where the flight recorder keeps its file; '' is nowhere. */
  readonly stateDirectory: string;
  /** Host (or `host:port`, or `.suffix`) to service name. */
  readonly peerNames: string;
  /** Base of an OTLP/HTTP receiver; '' when none was set. */
  readonly otlpEndpoint: string;
  /** Where a long-running process sends what it measured: `otlp`, `stdout`, `off`, or a file. */
  readonly sink: string;
  /** Length of a window of a long-running process. */
  readonly windowMs: number;
  readonly serviceName: string;
  /** Of a long-running process; Lambda tells a function's. */
  readonly serviceVersion?: string;
  /** One sentence for each variable that was not understood. */
  readonly problems: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** NIGHTLIGHT=off (or 0, false): looked at before anything else. */
export const isOff = ({ NIGHTLIGHT }: Environment): boolean => !!NIGHTLIGHT && /^(off|0|false|no)$/i.test(NIGHTLIGHT);

/** What Lambda gets when none of our variables is set, so that reading and checking them need not be loaded: what is absent is off. */
export const DEFAULTS_IN_LAMBDA = { flush: 'log', modulesEvery: 10, stateDirectory: process.env.TMPDIR ?? '/tmp' } as Settings;

/** @param inLambda  decides the defaults of the state directory and of the sink */
export function readSettings(env: Environment, inLambda: boolean): Settings {
  const problems: string[] = [];
  // A variable that is set to nothing means the default, as it does in the shell.
  const pick = <T>(name: string, fallback: T, accepted: string, read: (text: string) => T | undefined): T => {
    const text = env[`NIGHTLIGHT_${name}`];
    const value = text ? read(text) : fallback;
    if (value !== undefined) return value;
    // The value itself may be a secret pasted into the wrong place; it is not repeated.
    problems.push(`NIGHTLIGHT_${name}: expected ${accepted}; the default is used`);
    return fallback;
  };
  const oneOf = <T extends string>(name: string, words: readonly T[]) =>
    pick<T>(name, words[0]!, words.join(', '), (text) => words.find((word) => word === text));
  const every = (name: string, fallback: number, off: boolean) =>
    pick(name, fallback, off ? '1/N, on or off' : '1/N', (text) => {
      const n =
        off && text === 'on' ? 1 : off && text === 'off' ? Number.POSITIVE_INFINITY : +(/^1\/(\d{1,6})$/.exec(text)?.[1] || Number.NaN);
      return n >= 1 ? n : undefined;
    });
  const flush = oneOf('FLUSH', ['log', 'shutdown', 'invoke']);
  const sampleEvery = every('SAMPLE', 1, false);
  const probing = oneOf('PROBE', ['off', 'auto', 'always']);
  return {
    flush,
    sampleEvery,
    probe: probing !== 'off',
    probesAlways: probing === 'always',
    coverageRuns: !!env.NODE_V8_COVERAGE,
    modulesEvery: every('MODULES', 10, true),
    stateDirectory: pick('STATE_DIR', inLambda ? (env.TMPDIR ?? '/tmp') : '', 'a directory or off', (text) => (text === 'off' ? '' : text)),
    peerNames: env.NIGHTLIGHT_PEERS ?? '',
    otlpEndpoint: pick('OTLP_ENDPOINT', env.OTEL_EXPORTER_OTLP_ENDPOINT ?? '', 'a URL of http or https', (text) =>
      /^https?:\/\/[^/]/.test(text) ? text : undefined,
    ),
    sink: pick('SINK', inLambda ? 'stdout' : 'otlp', 'otlp, stdout, off or file:PATH', (text) =>
      /^(otlp|stdout|off|file:.+)$/.test(text) ? text : undefined,
    ),
    windowMs: pick('WINDOW', 10_000, 'a number of seconds from 1 to 3600, as in 10s', (text) => {
      const ms = +(/^(\d{1,4})s?$/.exec(text)?.[1] ?? 0) * 1000;
      return ms > 0 && ms <= 3_600_000 ? ms : undefined;
    }),
    serviceName: env.NIGHTLIGHT_SERVICE || env.OTEL_SERVICE_NAME || '',
    serviceVersion: env.NIGHTLIGHT_VERSION ?? '',
    problems,
  };
}
