/**
 * The environment variables that a managed Node runtime and an external extension find.
 *
 * Sources: AWS Lambda Developer Guide, "Defined runtime environment variables" and "Lambda Extensions API" (which of them
 * extensions do not get); the arguments of the runtime's bootstrap after the published base images.
 */
import { dirname, join } from 'node:path';

export interface FunctionSetting {
  readonly nodeLine: number;
  readonly nodeBinary: string;
  readonly taskRoot: string;
  readonly handler: string;
  readonly env: Readonly<Record<string, string>>;
  readonly memorySizeMb: number;
  readonly optRoot: string | undefined;
  readonly logFormat: 'Text' | 'JSON';
  readonly initializationType: string;
  readonly maxConcurrency: number | undefined;
  readonly workerCount: number;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly logStream: string;
  readonly ephemeralDirectory: string;
}

export const REGION = 'eu-central-1';
export const ACCOUNT = '123456789012';

export function runtimeEnvironment(setting: FunctionSetting, runtimeApi: string): Record<string, string> {
  const concurrency = setting.maxConcurrency;
  return {
    ...sharedEnvironment(setting, runtimeApi),
    LAMBDA_TASK_ROOT: setting.taskRoot,
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    _HANDLER: setting.handler,
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${setting.nodeLine}.x`,
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${setting.functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: setting.logStream,
    AWS_LAMBDA_LOG_FORMAT: setting.logFormat,
    AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
    NODE_PATH: nodePath(setting),
    ...(concurrency !== undefined && {
      AWS_LAMBDA_MAX_CONCURRENCY: String(concurrency),
      AWS_LAMBDA_NODEJS_WORKER_COUNT: String(setting.workerCount),
    }),
    ...onOptRoot(setting.env, setting.optRoot),
  };
}

export function extensionEnvironment(setting: FunctionSetting, runtimeApi: string): Record<string, string> {
  return { ...sharedEnvironment(setting, runtimeApi), ...onOptRoot(setting.env, setting.optRoot) };
}

/** The managed runtime gives a tenth of the memory to the young generation's two halves and the rest to the old one. */
export function nodeArguments(setting: FunctionSetting): readonly string[] {
  const youngMb = Math.floor(setting.memorySizeMb / 10);
  return [
    '--expose-gc',
    `--max-semi-space-size=${Math.max(1, Math.floor(youngMb / 2))}`,
    `--max-old-space-size=${setting.memorySizeMb - youngMb}`,
  ];
}

/** Paths below /opt, where layers are unpacked, as they are on this machine. */
export function onThisMachine(path: string, optRoot: string | undefined): string {
  return optRoot === undefined ? path : path.replaceAll(OPT_AT_START, optRoot);
}

/** /opt at the start of a word: `--require /opt/a.cjs`, `--require=/opt/a.cjs`, `/opt/bin:/bin`; not `/srv/opt`. */
const OPT_AT_START = /(?<=^|[\s=:"'])\/opt(?=\/|$|:)/g;

function sharedEnvironment(setting: FunctionSetting, runtimeApi: string): Record<string, string> {
  return {
    PATH: [
      dirname(setting.nodeBinary),
      '/usr/local/bin',
      '/usr/bin',
      '/bin',
      ...(setting.optRoot === undefined ? [] : [join(setting.optRoot, 'bin')]),
    ].join(':'),
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    TMPDIR: setting.ephemeralDirectory,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'not-a-secret',
    AWS_SESSION_TOKEN: 'not-a-token',
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    AWS_LAMBDA_FUNCTION_NAME: setting.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: setting.functionVersion,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(setting.memorySizeMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: setting.initializationType,
  };
}

function nodePath({ nodeLine, taskRoot, optRoot }: FunctionSetting): string {
  const layers = optRoot === undefined ? [] : [join(optRoot, `nodejs/node${nodeLine}/node_modules`), join(optRoot, 'nodejs/node_modules')];
  return [...layers, taskRoot].join(':');
}

function onOptRoot(env: Readonly<Record<string, string>>, optRoot: string | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, onThisMachine(value, optRoot)]));
}
