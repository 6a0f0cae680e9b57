/**
 * Calls made with `fetch`, and with undici from npm through its global dispatcher.
 *
 * A call that is hit gets a connection of its own, made by an agent of the same class as the global one, so that it passes
 * through all that a call passes through: time limits, aborts, the channels by which the agent measures. What has a dispatcher
 * of its own is not touched, and neither is anything while a proxy or a mock is the global one.
 */
import { connect as connectPlain, type Socket } from 'node:net';
import type { ArmedDrill } from '../armed-drill.ts';
import type { HurtCall } from '../hurt-call.ts';
import { networkError } from '../socket-hooks.ts';
import { namesOf } from './http-requests.ts';

/** @returns why `fetch` is not hurt here, when it is not */
export function hurtFetchRequests(drill: ArmedDrill, fault: HurtCall): string | undefined {
  const dispatchers = globalDispatchers();
  // A proxy or a mock has its own ways; what stands in front of another one hands its calls on to that.
  const known = dispatchers.filter((dispatcher) => dispatcher.constructor.name === 'Agent');
  for (const dispatcher of known) hurtDispatcher(drill, fault, dispatcher);
  if (known.length > 0) return undefined;
  return `fetch goes through a dispatcher of the class ${dispatchers[0]?.constructor.name.slice(0, 40)}: calls of fetch are not touched`;
}

function hurtDispatcher(drill: ArmedDrill, fault: HurtCall, dispatcher: Dispatcher): void {
  const Agent = dispatcher.constructor as new (options: object) => Dispatcher;

  drill.replace(
    'the global dispatcher of fetch',
    dispatcher,
    'dispatch',
    (original) =>
      function dispatch(this: Dispatcher, options, handler) {
        const own = drill.isActive() ? drill.quietly('fetch', () => agentFor(options)) : undefined;
        return own ? own.dispatch(options, handler) : Reflect.apply(original, this, [options, handler]);
      },
  );

  function agentFor({ origin, path }: DispatchOptions): Dispatcher | undefined {
    const { host, protocol } = new URL(`${origin}`);
    const names = namesOf(host, protocol);
    if (!drill.hitsCall({ protocol: 'http', peers: names, path })) return undefined;
    const ofOneCall = new Agent({
      connections: 1,
      pipelining: 1,
      connect(target: Target, done: (error: Error | null, socket: Socket | null) => void) {
        connectHurt(drill, fault, host, target, done);
      },
    });
    // Waits for its call, and takes no other.
    setImmediate(() => void ofOneCall.close().catch(() => {}));
    return ofOneCall;
  }
}

interface Target {
  readonly hostname: string;
  readonly protocol: string;
  readonly port: string;
  readonly servername?: string | null;
}

interface DispatchOptions {
  readonly origin: string | URL;
  readonly path: string;
}

interface Dispatcher {
  dispatch(options: DispatchOptions, handler: unknown): boolean;
  close(): Promise<void>;
}

function connectHurt(
  drill: ArmedDrill,
  fault: HurtCall,
  peer: string,
  target: Target,
  done: (error: Error | null, socket: Socket | null) => void,
) {
  const error = fault.error?.(peer);
  if (error) return void setImmediate(done, error, null);
  const { hostname, protocol } = target;
  const host = hostname.replace(/^\[|]$/g, '');
  const port = Number(target.port) || (protocol === 'https:' ? 443 : 80);
  const socket: Socket =
    protocol === 'https:'
      ? process.getBuiltinModule('node:tls').connect({ host, port, servername: target.servername || host, ALPNProtocols: ['http/1.1'] })
      : connectPlain({ host, port });
  let isMade = false;
  // Who still waits for a connection at the end of the drill is not left behind.
  const forget = drill.atEnd(() => socket.destroy(networkError('ECONNRESET', 'connect', peer)));
  socket.once(protocol === 'https:' ? 'secureConnect' : 'connect', () => {
    isMade = true;
    forget();
    drill.quietly('fetch', () => {
      fault.hurt(socket, { drill, peer, protocol: 'http', whenOver: (over) => void socket.once('close', over) });
    });
    done(null, socket);
  });
  socket.once('error', (failure) => {
    forget();
    if (!isMade) done(failure, null);
  });
}

/**
 * They are there from the first use of `fetch` on; asking for a text of our own is such a use, and leaves the machine alone.
 * Node 26 has a second place for them, beside that of older releases of undici.
 */
function globalDispatchers(): Dispatcher[] {
  const found = () =>
    PLACES.map((place) => (globalThis as Record<symbol, unknown>)[place] as Dispatcher | undefined).filter(
      (dispatcher) => typeof dispatcher?.dispatch === 'function',
    ) as Dispatcher[];
  if (found().length === 0) void fetch('data:,').catch(() => {});
  return found();
}

const PLACES = ['undici.globalDispatcher.2', 'undici.globalDispatcher.1'].map((place) => Symbol.for(place));
