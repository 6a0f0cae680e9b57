/** What `nightlight watch` listens to: paths, standard input, a receiver of OTLP, or an export that is played again. */
import type { FollowedSource, Replay } from '@nightlight/analyzer/live';
import { CommandError } from '../command-error.ts';

export interface SourceOptions {
  readonly listen?: string | true;
  readonly replay?: string;
}

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** OTLP over HTTP, as registered; on this machine only unless somebody asks for more. */
const DEFAULT_LISTEN: ListenAddress = { host: '127.0.0.1', port: 4318 };

/** @returns how fast an export is played; undefined when it is not */
function replaySpeed(option: string | undefined): number | undefined {
  if (option === undefined) return undefined;
  const speed = Number(option.replace(/x$/i, ''));
  if (!Number.isFinite(speed) || speed <= 0 || speed > 100_000)
    throw new CommandError('USAGE', `--replay: expected how many times as fast as it happened, such as 60, found ${option}`, '--replay 60');
  return speed;
}

/** `4318`, `:4318`, `0.0.0.0:4318`, `[::1]:4318` */
function listenAddress(option: string | true): ListenAddress {
  if (option === true || option === '') return DEFAULT_LISTEN;
  const [, host, port] = /^(?:(\[[^\]]+\]|[^:]*):)?(\d{1,5})$/.exec(option) ?? [];
  if (port === undefined || Number(port) > 65_535)
    throw new CommandError('USAGE', `--listen: expected host:port such as 127.0.0.1:4318, found ${option}`, '--listen 4318');
  return { host: host === undefined || host === '' ? DEFAULT_LISTEN.host : host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

/**
 * @param openReceiver  starts the receiver and gives back how to stop it; told of a warning that a person should see
 * @throws CommandError for what cannot go together
 */
export function watchedSources(
  paths: readonly string[],
  options: SourceOptions,
  stdin: NodeJS.ReadStream,
  openReceiver: (address: ListenAddress) => FollowedSource,
): readonly FollowedSource[] | Replay {
  const speed = replaySpeed(options.replay);
  if (speed !== undefined) {
    if (paths.length === 0 || paths.includes('-') || options.listen !== undefined)
      throw new CommandError(
        'USAGE',
        'watch --replay: expected files or folders to play, and nothing live beside them',
        'nightlight watch logs/ --replay 60',
      );
    return { kind: 'replay', paths, speed };
  }
  const sources: FollowedSource[] = paths.map((path) => (path === '-' ? { kind: 'stream', stream: stdin } : { kind: 'path', path }));
  const listen = options.listen ?? (paths.length === 0 ? true : undefined);
  return listen === undefined ? sources : [...sources, openReceiver(listenAddress(listen))];
}
