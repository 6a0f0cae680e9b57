/**
 * What can be done to one connection without anybody else noticing: its writes wait or are lost, what it reads is changed.
 *
 * The hooks are own members of that one socket and hide what it inherits. They sit below TLS, HTTP and every database's
 * protocol as the program sees them (a TLS socket writes and reads plain text here), so clients, their time limits and the
 * agent's channels behave as with a real fault of the network.
 */
import type { Socket } from 'node:net';

interface Inside {
  _writeGeneric(writev: boolean, data: unknown, encoding: string, done: (error?: Error | null) => void): unknown;
  push(chunk: Buffer | null, encoding?: string): boolean;
}

/** @param whenOpen  is given what lets the writes through, to be called once */
export function holdWrites(socket: Socket, whenOpen: (open: () => void) => void): void {
  const inside = socket as unknown as Inside & Partial<Inside>;
  let waiting: (() => void) | undefined;
  const ours: Inside['_writeGeneric'] = (...args) => {
    // The stream hands over one write at a time; the next comes when this one is done.
    waiting = () => inside._writeGeneric(...args);
  };
  inside._writeGeneric = ours;
  whenOpen(() => {
    if (inside._writeGeneric === ours) delete (inside as Partial<Inside>)._writeGeneric;
    const late = waiting;
    waiting = undefined;
    if (!late) return;
    if (socket.destroyed) return;
    passing.add(socket);
    try {
      late();
    } finally {
      passing.delete(socket);
    }
  });
}

/** A write that has waited already is not a new one. */
const passing = new WeakSet<Socket>();
export const isPassing = (socket: Socket): boolean => passing.has(socket);

/** What is written goes nowhere, and nobody is told. @returns what lets writes through again */
export function loseWrites(socket: Socket, onWrite?: () => void): () => void {
  const inside = socket as unknown as Inside;
  const ours: Inside['_writeGeneric'] = (_writev, _data, _encoding, done) => {
    done();
    onWrite?.();
  };
  inside._writeGeneric = ours;
  return () => {
    if (inside._writeGeneric === ours) delete (inside as Partial<Inside>)._writeGeneric;
  };
}

/**
 * @param change  is given what arrived (null at the end) and what hands it on
 * @returns what takes it away again
 */
export function changeReads(
  socket: Socket,
  change: (chunk: Buffer | null, handOn: (chunk: Buffer | null) => boolean) => boolean,
): () => void {
  const inside = socket as unknown as Inside;
  // Two queries may be under way on one connection: each has a hook of its own, one before the other.
  const earlier = Object.hasOwn(socket, 'push') ? inside.push : undefined;
  const handOn = (chunk: Buffer | null): boolean => (earlier ? earlier(chunk) : Object.getPrototypeOf(socket).push.call(socket, chunk));
  let isOver = false;
  const ours: Inside['push'] = (chunk) => (isOver ? handOn(chunk) : change(chunk, handOn));
  inside.push = ours;
  return () => {
    isOver = true;
    if (inside.push !== ours) return;
    if (earlier) inside.push = earlier;
    else delete (inside as Partial<Inside>).push;
  };
}

/** Puts an answer in front of the program as if the peer had sent it. */
export function answerInstead(socket: Socket, answer: Buffer): void {
  changeReads(socket, () => true);
  Object.getPrototypeOf(socket).push.call(socket, answer);
}

export function networkError(code: string, syscall: string, peer: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${syscall} ${code}${peer && ` ${peer}`}`), { code, syscall });
}
