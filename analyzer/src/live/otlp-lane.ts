/**
 * The lane for ordinary requests: a kept connection's POST with its length told is taken from the socket as it comes, without the
 * objects that `node:http` makes for each. Those cost more than reading a hundred spans.
 *
 * Whatever is not surely of the ordinary form (another path, a body in chunks, a head that does not come in one piece, `Expect`, a
 * receiver without room …) is given to the server of `node:http` with every byte since the request began, and its connection stays
 * there. So nothing is judged here that could be judged otherwise there, and nothing is refused here but what came in whole.
 *
 * Source of the form: RFC 9112 (HTTP/1.1), sections 3 to 6 and 9.3.
 */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { OtlpAnswer } from './otlp-answer.ts';
import type { OtlpIntake } from './otlp-intake.ts';
import { type RequestHead, readRequestHead } from './request-head.ts';

export interface LaneSettings {
  /** How long a connection is kept without a request. */
  readonly keepAliveMs: number;
  /** Waiting times are looked at as often as this. */
  readonly checkEveryMs: number;
  /** Takes a connection over; what was read of it stands in it again. */
  readonly toServer: (socket: Socket) => void;
  /** Answers a sender that was too slow, and counts it. */
  readonly cutOff: (socket: Socket) => void;
}

export class OtlpLane {
  readonly #intake: OtlpIntake;
  readonly #settings: LaneSettings;
  readonly #connections = new Set<Connection>();
  readonly #check: NodeJS.Timeout;

  constructor(intake: OtlpIntake, settings: LaneSettings) {
    this.#intake = intake;
    this.#settings = settings;
    this.#check = setInterval(() => this.#cutOffSlow(), settings.checkEveryMs).unref();
  }

  take(socket: Socket): void {
    const connection = new Connection(socket, this.#intake, this.#settings, () => this.#connections.delete(connection));
    this.#connections.add(connection);
  }

  /** Those between two requests. */
  closeIdle(): void {
    for (const connection of this.#connections) if (connection.isIdle) connection.socket.destroy();
  }

  closeAll(): void {
    for (const { socket } of this.#connections) socket.destroy();
  }

  end(): void {
    clearInterval(this.#check);
  }

  #cutOffSlow(): void {
    const nowMs = performance.now();
    for (const connection of this.#connections) {
      const waitedMs = nowMs - connection.sinceMs;
      if (connection.isIdle) {
        if (waitedMs > this.#settings.keepAliveMs) connection.socket.destroy();
      } else if (connection.isComing && waitedMs > this.#intake.limits.slowestMs) {
        connection.leave();
        this.#settings.cutOff(connection.socket);
      }
    }
  }
}

/** One sender. */
class Connection {
  readonly socket: Socket;
  /** When the request under way began, or the last one was answered. */
  sinceMs = performance.now();
  readonly #intake: OtlpIntake;
  readonly #settings: LaneSettings;
  readonly #left: () => void;
  /** Of the request whose body is coming in, or waits to be taken. */
  #head: RequestHead | undefined;
  #parts: Buffer[] = [];
  #partBytes = 0;
  /** Came behind a request that waits to be taken, or whose answer waits to be read. */
  #rest: Buffer | undefined;
  #isWaiting = false;
  #isOver = false;
  #hasSpoken = false;

  constructor(socket: Socket, intake: OtlpIntake, settings: LaneSettings, left: () => void) {
    this.socket = socket;
    this.#intake = intake;
    this.#settings = settings;
    this.#left = left;
    socket.on('data', this.#data);
    socket.on('end', this.#ended);
    socket.on('close', this.#closed);
    socket.on('error', nothing);
  }

  get isIdle(): boolean {
    return this.#hasSpoken && this.#head === undefined && !this.#isWaiting;
  }

  /** A request is coming in, or is waited for since the connection was made: so `node:http` counts, too. */
  get isComing(): boolean {
    return !this.#isWaiting;
  }

  /** Gives back what was taken for it; the socket is another's. */
  leave(): void {
    const { socket } = this;
    socket.off('data', this.#data);
    socket.off('end', this.#ended);
    socket.off('close', this.#closed);
    this.#giveUp();
    this.#left();
  }

  #data = (chunk: Buffer): void => {
    this.#hasSpoken = true;
    if (this.#isOver) return;
    if (this.#isWaiting) this.#rest = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    else this.#read(chunk);
  };

  #read(chunk: Buffer): void {
    let bytes = chunk;
    while (bytes.length > 0) {
      if (this.#head === undefined) {
        const head = readRequestHead(bytes);
        if (head === undefined || !this.#accepts(head)) return this.#toServer(bytes);
        this.#head = head;
        this.sinceMs = performance.now();
        bytes = bytes.subarray(head.byteCount);
      }
      const missing = this.#head.contentLength - this.#partBytes;
      if (bytes.length < missing) {
        this.#parts.push(bytes);
        this.#partBytes += bytes.length;
        return;
      }
      const last = bytes.length === missing ? bytes : bytes.subarray(0, missing);
      const body = this.#parts.length === 0 ? last : Buffer.concat([...this.#parts, last]);
      bytes = bytes.subarray(missing);
      this.#parts = [];
      this.#partBytes = 0;
      const held = this.#intake.ready();
      if (held === undefined) this.#answer(this.#head, body);
      else void this.#answerLater(held, this.#head, body);
      if (this.#isOver) return;
      if (this.#isWaiting) {
        this.#rest = bytes;
        return;
      }
    }
  }

  /** Takes its room. */
  #accepts({ contentLength }: RequestHead): boolean {
    const intake = this.#intake;
    if (intake.isClosing || contentLength > intake.limits.requestBytes || !intake.inFlight.take(contentLength)) return false;
    intake.begin();
    return true;
  }

  /** The sink holds still: a picture is being made. */
  async #answerLater(held: Promise<void>, head: RequestHead, body: Buffer): Promise<void> {
    this.#wait();
    await held;
    for (let again = this.#intake.ready(); again !== undefined; again = this.#intake.ready()) await again;
    this.#answer(head, body);
    this.#goOn();
  }

  #answer(head: RequestHead, body: Buffer): void {
    const { socket } = this;
    const intake = this.#intake;
    const { signal, encoding, contentEncoding } = head;
    const answer = intake.settle(signal, encoding, contentEncoding, body);
    const isLast = head.isLast || intake.isClosing;
    this.#head = undefined;
    this.sinceMs = performance.now();
    intake.inFlight.give(head.contentLength);
    if (!socket.writable) return;
    const isFlushed = socket.write(textOf(answer, isLast, this.#settings.keepAliveMs), 'latin1');
    if (isLast) {
      this.#isOver = true;
      socket.destroySoon();
    } else if (!isFlushed) {
      // A sender that does not read its answers is not read from, either.
      this.#wait();
      socket.once('drain', () => this.#goOn());
    }
  }

  #wait(): void {
    this.#isWaiting = true;
    this.socket.pause();
  }

  #goOn(): void {
    if (this.#isOver || this.socket.destroyed) return;
    this.#isWaiting = false;
    const rest = this.#rest;
    this.#rest = undefined;
    this.socket.resume();
    if (rest !== undefined) this.#read(rest);
  }

  /** Paused, so that what is put back is not given to nobody before the server listens. */
  #toServer(bytes: Buffer): void {
    const { socket } = this;
    this.leave();
    socket.off('error', nothing);
    socket.pause();
    socket.unshift(bytes);
    this.#settings.toServer(socket);
    socket.resume();
  }

  /** The sender says no more. */
  #ended = (): void => {
    this.socket.end();
  };

  #closed = (): void => {
    if (this.#head !== undefined && !this.#isWaiting) this.#intake.count('broke off');
    this.#giveUp();
    this.#left();
  };

  #giveUp(): void {
    if (this.#head === undefined || this.#isWaiting) return;
    this.#intake.inFlight.give(this.#head.contentLength);
    this.#head = undefined;
    this.#parts = [];
  }
}

function nothing(): void {}

function textOf({ status, contentType, body }: OtlpAnswer, isLast: boolean, keepAliveMs: number): string {
  const kept = isLast ? 'close' : `keep-alive\r\nKeep-Alive: timeout=${Math.floor(keepAliveMs / 1000)}`;
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: ${contentType}\r\ncontent-length: ${body.length}\r\n`;
  return `${head}Date: ${httpDate()}\r\nConnection: ${kept}\r\n\r\n${body.length === 0 ? '' : body.toString('latin1')}`;
}

let dateSecond = 0;
let dateText = '';

/** Made once a second. */
function httpDate(): string {
  const second = Math.floor(Date.now() / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = new Date(second * 1000).toUTCString();
  }
  return dateText;
}
