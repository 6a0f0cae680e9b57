/** Each setting of the command line, and where its value came from: a flag, the environment, the configuration file, or nobody. */
import { incidentLogPath } from '../incident/incident-log.ts';
import { colorLevel, glyphsOf } from '../terminal/color-level.ts';
import type { World } from '../world.ts';

export interface SettingInForce {
  readonly name: string;
  readonly value: string;
  readonly from: string;
}

export interface DoctorFlags {
  readonly log?: string;
  readonly runs?: string;
  readonly color: boolean;
  readonly ascii?: boolean;
}

/** @param config  what the file says; undefined where there is none */
export function settingsInForce(
  flags: DoctorFlags,
  { environment }: Pick<World, 'environment'>,
  config: { readonly path: string; readonly knownCount: number; readonly mutedCount: number } | undefined,
): readonly SettingInForce[] {
  const first = (...names: string[]) => names.find((name) => (environment[name] ?? '') !== '');
  const variable = first('NIGHTLIGHT_INCIDENTS', 'XDG_STATE_HOME', 'HOME');
  const log = incidentLogPath(flags.log, environment);
  const user = first('NIGHTLIGHT_USER', 'USER', 'LOGNAME');
  return [
    { name: 'incident log', value: log, from: flags.log !== undefined ? '--log' : (variable ?? 'default') },
    flags.runs !== undefined
      ? { name: 'runs', value: flags.runs, from: '--runs' }
      : (environment.NIGHTLIGHT_RUNS ?? '') !== ''
        ? { name: 'runs', value: environment.NIGHTLIGHT_RUNS!, from: 'NIGHTLIGHT_RUNS' }
        : { name: 'runs', value: 'runs.ndjson', from: 'beside the incident log' },
    { name: 'your name', value: user === undefined ? 'of this account' : environment[user]!, from: user ?? 'default' },
    {
      name: 'colours',
      value: colorLevel(flags.color, environment),
      from: flags.color ? (first('NO_COLOR', 'FORCE_COLOR', 'COLORTERM', 'TERM') ?? 'default') : '--no-color',
    },
    {
      name: 'characters',
      value: glyphsOf(flags.ascii === true, environment),
      from: flags.ascii === true ? '--ascii' : (first('LC_ALL', 'LC_CTYPE', 'LANG') ?? 'default'),
    },
    {
      name: 'width',
      value: (environment.COLUMNS ?? '') === '' ? 'of the terminal' : environment.COLUMNS!,
      from: first('COLUMNS') ?? 'default',
    },
    { name: 'receiver', value: '127.0.0.1:4318', from: 'default; watch --listen' },
    {
      name: 'known failures',
      value: config === undefined ? 'none' : `${config.knownCount}, ${config.mutedCount} of them muted`,
      from: config?.path ?? 'no nightlight.config.json here or above',
    },
    // Of the agent: they matter to programs that are started from here. Their values may hold tokens.
    ...Object.keys(environment)
      .filter((name) => /^NIGHTLIGHT(?:_|$)/.test(name) && !OURS.has(name) && (environment[name] ?? '') !== '')
      .sort()
      .map((name) => ({ name, value: 'set', from: 'environment; read by the agent' })),
  ];
}

const OURS: ReadonlySet<string> = new Set(['NIGHTLIGHT_INCIDENTS', 'NIGHTLIGHT_RUNS', 'NIGHTLIGHT_USER']);
