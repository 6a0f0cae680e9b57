/**
 * A TCP connection that is opened, written and read in the very moment, without the event loop.
 *
 * The first `net.Socket` of a process has Node compile its streams: nineteen million instructions, more than everything else that the agent
 * does at a start, and an answer that comes through the loop lets a collection of V8 in before the first event. A function with a small
 * handler needs none of that yet. What stands below `net` has the same kernel's connection at once, because a peer on the same
 * host is connected to before `connect` returns, and plain reads and writes do the rest.
 *
 * `process.binding` is the only door to it, and is deprecated in the documentation (DEP0111). Where Node warns of it or refuses it
 * (`--pending-deprecation`, the permission model, a later line), or where no connection can be begun, there is none, and the caller
 * takes a socket as always.
 */
import type { Socket, SocketConstructorOpts } from 'node:net';
import { builtIn } from '../../measure/built-in.ts';

export interface DirectConnection {
  /** @throws when not all of it can be written now */
  write(text: string): void;
  /** @returns what has arrived, a character a byte; '' when nothing has. Throws when the peer has closed */
  read(): string;
  /** From now on it is a socket like any other. */
  toSocket(): Socket;
  close(): void;
}

/** @param host  in figures; a name would have to be looked up */
export function connectDirectly(host: string, port: number): DirectConnection | undefined {
  const { binding } = process as unknown as { binding?: Binding };
  let handle: TcpHandle | undefined;
  try {
    // What warns goes by another name.
    if (binding?.name !== 'binding') return undefined;
    const { TCP, TCPConnectWrap, constants } = binding('tcp_wrap');
    handle = new TCP(constants.SOCKET);
    const request = new TCPConnectWrap();
    request.oncomplete = () => {};
    if (handle.connect(request, host, port)) throw host;
    handle.unref();
  } catch {
    handle?.close();
    return undefined;
  }
  const opened = handle;
  return {
    write(text) {
      if (writeSync(opened.fd, text) < text.length) throw text;
    },
    read() {
      const bytes = Buffer.allocUnsafe(ANSWER_BYTES);
      let length: number;
      try {
        length = readSync(opened.fd, bytes);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return '';
        throw error;
      }
      if (!length) throw new Error('the connection was closed');
      return bytes.toString('latin1', 0, length);
    },
    toSocket: () => new (builtIn('node:net').Socket)({ handle, readable: true, writable: true } as SocketConstructorOpts),
    close: () => opened.close(),
  };
}

/** Taken before the host can replace them. */
const { readSync, writeSync } = builtIn('node:fs');

/** More than an answer of the Extensions API has. */
const ANSWER_BYTES = 4096;

interface TcpHandle {
  readonly fd: number;
  /** @returns 0, or why not */
  connect(request: object, host: string, port: number): number;
  unref(): void;
  close(): void;
}

type Binding = (name: 'tcp_wrap') => {
  readonly TCP: new (type: number) => TcpHandle;
  readonly TCPConnectWrap: new () => { oncomplete?: () => void };
  readonly constants: { readonly SOCKET: number };
};
