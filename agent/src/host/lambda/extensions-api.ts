/**
 * Lambda's Extensions API, as far as an extension inside of the runtime's own process needs it.
 *
 * HTTP/1.1 by hand over one connection: it begins while the function is starting, where every millisecond is billed, and a
 * request that waits for the next event must neither hold the process nor show up in anybody's traces of `http`. It becomes a
 * socket when an answer is waited for that is not there yet.
 *
 * Source: AWS Lambda Developer Guide, "Using the Lambda Extensions API to create extensions". An internal extension may
 * ask for INVOKE only, and only until init ends; SHUTDOWN is refused to it.
 */
import type { Socket } from 'node:net';
import { builtIn } from '../../measure/built-in.ts';
import { connectDirectly } from './direct-connection.ts';

export interface ExtensionsApi {
  /** Asks to be registered, and does not wait: the runtime is starting meanwhile. */
  register(events: readonly 'INVOKE'[]): void;
  /** To be asked once. Holds the process until Lambda has answered, and then asks for the first event. @returns whether it was accepted */
  registered(): Promise<boolean>;
  /** Waits for the next event without holding the process. @returns undefined when there will be none */
  next(): Promise<ExtensionEvent | undefined>;
}

export interface ExtensionEvent {
  readonly eventType: 'INVOKE' | 'SHUTDOWN';
  readonly deadlineMs: number;
  readonly requestId?: string;
}

/**
 * @param runtimeApi  `host:port` of AWS_LAMBDA_RUNTIME_API
 * @param unseen      runs what opens a connection, unseen by whoever watches the program's own
 */
export function openExtensionsApi(runtimeApi: string, unseen: (open: () => Socket) => Socket = (open) => open()): ExtensionsApi {
  const [host, port] = splitPeer(runtimeApi);
  let identifier = '';
  /** Serves as long as what is waited for is there already. */
  let direct = connectDirectly(host, port);
  let socket: Socket | undefined;
  let isAsked = false;
  /** What has arrived of the answer that is waited for. */
  let seen = '';

  function send(request: string, header: string, body: string): void {
    const text = `${request} HTTP/1.1\r\nHost: ${runtimeApi}\r\nContent-Length: ${body.length}\r\n${header}\r\n\r\n${body}`;
    seen = '';
    try {
      if (direct) return direct.write(text);
    } catch {
      giveUpDirect();
    }
    if (!socket || socket.destroyed) {
      // Between two questions nobody listens, and an error without a listener would be the host's.
      socket = unseen(() => builtIn('node:net').connect(port, host)).on('error', () => {});
    }
    socket.write(text);
  }

  function giveUpDirect(): void {
    direct?.close();
    direct = undefined;
  }

  function answer(held: boolean): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (direct) {
        try {
          seen += direct.read();
          const reply = readReply(seen);
          if (reply) return resolve(reply);
        } catch (error) {
          giveUpDirect();
          return reject(error);
        }
        socket = direct.toSocket().on('error', () => {});
        direct = undefined;
      }
      const peer = socket!;
      const done = (reply?: Reply, error?: Error) => {
        peer.off('data', onData).off('error', onLost).off('close', onLost).setTimeout(0);
        peer.unref();
        if (reply) resolve(reply);
        else {
          peer.destroy();
          reject(error);
        }
      };
      const onData = (chunk: Buffer) => {
        // A character a byte, as lengths are counted; what we read of an answer is ASCII.
        seen += chunk.toString('latin1');
        try {
          const reply = readReply(seen);
          if (reply) done(reply);
        } catch (error) {
          done(undefined, error as Error);
        }
      };
      const onLost = (error: unknown) => done(undefined, error instanceof Error ? error : new Error('the connection was closed'));
      if (peer.destroyed) return onLost(undefined);
      if (held) peer.ref().setTimeout(REGISTRATION_MS, () => onLost(new Error('no answer in time')));
      else peer.unref();
      peer.on('data', onData).on('error', onLost).on('close', onLost);
    });
  }

  const ask = () => {
    isAsked = true;
    send('GET /2020-01-01/extension/event/next', `${IDENTIFIER}: ${identifier}`, '');
  };

  return {
    register: (events) => send('POST /2020-01-01/extension/register', 'Lambda-Extension-Name: nightlight', JSON.stringify({ events })),
    async registered() {
      const reply = await answer(true);
      identifier = reply.headers[IDENTIFIER] ?? '';
      const isAccepted = reply.status === 200 && identifier !== '';
      // Init ends when runtime and extensions wait for an event; who reads the answer, and when, is no part of that.
      if (isAccepted) ask();
      return isAccepted;
    },
    async next() {
      // A connection may have died while the sandbox was frozen; a new one asks for the same event.
      for (let tries = 0; tries < 3; tries++) {
        try {
          if (!isAsked) ask();
          isAsked = false;
          const { status, body } = await answer(false);
          return status === 200 ? JSON.parse(body) : undefined;
        } catch {}
      }
      return undefined;
    },
  };
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** @returns undefined while the reply is unfinished */
function readReply(seen: string): Reply | undefined {
  const end = seen.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first, ...lines] = seen.slice(0, end).split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of lines) headers[line.slice(0, line.indexOf(':')).toLowerCase()] = line.slice(line.indexOf(':') + 1).trim();
  const rest = seen.slice(end + 4);
  const body = headers['transfer-encoding'] === 'chunked' ? readChunks(rest) : readLength(rest, Number(headers['content-length'] ?? 0));
  return body === undefined ? undefined : { status: Number(first!.split(' ')[1]), headers, body };
}

function readLength(rest: string, length: number): string | undefined {
  return rest.length < length ? undefined : rest.slice(0, length);
}

function readChunks(rest: string): string | undefined {
  let body = '';
  for (let at = 0; ; ) {
    const line = rest.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const length = Number.parseInt(rest.slice(at, line), 16);
    if (Number.isNaN(length)) throw new Error(`expected the length of a chunk at byte ${at} of the answer`);
    at = line + 2 + length + 2;
    if (at > rest.length) return undefined;
    if (length === 0) return body;
    body += rest.slice(line + 2, line + 2 + length);
  }
}

function splitPeer(peer: string): [host: string, port: number] {
  const colon = peer.lastIndexOf(':');
  return [colon < 0 ? peer : peer.slice(0, colon), colon < 0 ? 80 : Number(peer.slice(colon + 1))];
}

/** An answer takes about a millisecond; a start of the function must not wait for one that does not come. */
const REGISTRATION_MS = 1000;
const IDENTIFIER = 'lambda-extension-identifier';
