/** A server that is checked: started on a free port, waited for until it listens, ended with all that it started. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { atProcessEnd } from '../at-process-end.ts';
import { CommandError } from '../command-error.ts';

export interface ServerSettings {
  readonly file: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where the server listens by its own choice; undefined: it is told a free port in PORT. */
  readonly url: URL | undefined;
  readonly patienceMs: number;
  readonly signal: AbortSignal;
}

export interface RunningServer {
  readonly origin: string;
  /** Undefined while it runs. */
  ended(): string | undefined;
  /** SIGTERM, and SIGKILL for what is left after its time to close. */
  stop(): Promise<void>;
}

export async function startServer({ file, environment, url, patienceMs, signal }: ServerSettings): Promise<RunningServer> {
  signal.throwIfAborted();
  const port = url === undefined ? await freePort() : portOf(url);
  // A server that listens at `localhost` may have taken either.
  const hosts = url === undefined ? ['127.0.0.1', '[::1]'] : [url.hostname];
  let host = await answering(hosts, port);
  if (host !== undefined && url !== undefined) {
    throw new CommandError(
      'CHECK_PORT_IN_USE',
      `${url.host}: expected a free port, found a program that listens there`,
      'end it, or choose another port',
      1,
    );
  }
  const child = spawn(process.execPath, [file], {
    env: { ...environment, ...(url === undefined && { PORT: String(port) }) },
    // A group of its own: what it forks ends with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const hear = (chunk: Buffer): void => {
    said = (said + chunk.toString('utf8')).slice(-MOST_KEPT);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  let end: string | undefined;
  const over = once(child, 'close').then(([code, by]) => {
    end = by === null ? `exit ${code}` : String(by);
  });
  const kill = (by: NodeJS.Signals): void => {
    try {
      process.kill(-child.pid!, by);
    } catch {
      // All of it is gone already.
    }
  };
  const killNow = (): void => kill('SIGKILL');
  signal.addEventListener('abort', killNow, { once: true });
  const forget = atProcessEnd(killNow);
  const stop = async (): Promise<void> => {
    kill('SIGTERM');
    await Promise.race([over, delay(TIME_TO_CLOSE_MS, undefined, { ref: false })]);
    killNow();
    await over;
    signal.removeEventListener('abort', killNow);
    forget();
  };
  const lastWords = (): string => said.split('\n').find((line) => /^\S*Error\b/.test(line)) ?? said.trim().split('\n').at(-1) ?? '';
  const since = performance.now();
  for (;;) {
    host = await answering(hosts, port);
    if (host !== undefined) break;
    if (end !== undefined) {
      signal.throwIfAborted();
      throw new CommandError(
        'CHECK_DOES_NOT_RUN',
        `${file}: expected a server that goes on, found ${end}: ${lastWords() || 'nothing printed'}`,
        'run it by itself first',
        1,
      );
    }
    if (performance.now() - since > patienceMs) {
      await stop();
      const where = url === undefined ? `on the port in PORT (${port})` : `at ${url.host}`;
      throw new CommandError(
        'CHECK_NOT_LISTENING',
        `${file}: expected a server that listens ${where} within ${patienceMs / 1000} s, found none`,
        url === undefined ? 'name where it listens: --url http://127.0.0.1:3000/' : 'check the port',
        1,
      );
    }
    await delay(LOOK_EVERY_MS);
  }
  return { origin: `http://${host}:${port}`, ended: () => end, stop };
}

const MOST_KEPT = 20_000;
const LOOK_EVERY_MS = 50;
/** For a server to close what it has open. */
const TIME_TO_CLOSE_MS = 5_000;

const portOf = (url: URL): number => Number(url.port === '' ? 80 : url.port);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** @returns the first of them where somebody listens */
async function answering(hosts: readonly string[], port: number): Promise<string | undefined> {
  for (const host of hosts) if (await answers(host, port)) return host;
  return undefined;
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: host.replace(/[[\]]/g, ''), port });
    const end = (isThere: boolean) => () => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', end(true)).once('error', end(false));
  });
}
