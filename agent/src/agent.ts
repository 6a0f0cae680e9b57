/**
 * What the parts of the agent know of each other: one object for each isolate, made by the preload.
 *
 * Optional parts are files of their own (`process.cjs`, `probe.cjs` …), loaded only when asked for; each exports one
 * function that takes this object.
 */
import type { Call } from './measure/call-table.ts';
import type { Telling } from './measure/telling.ts';
import type { FinishedWork, Work } from './measure/work.ts';
import type { LiveSockets } from './record/live-sockets.ts';
import type { NoteRecord } from './record/note-record.ts';
import type { OutboundCalls } from './record/outbound-calls.ts';
import type { Settings } from './settings.ts';

/** @returns where to look for the handler, in this order */
export type FindExports = (file: string, name: string, paths: string[]) => Promise<unknown[]>;

export interface Agent {
  readonly settings: Settings;
  /** Runs a hook of ours; what it throws is a strike, never the host's. After three the agent turns itself off. */
  quietly<T>(what: string, hook: () => T): T | undefined;
  /** False once the agent has turned itself off. */
  isOn(): boolean;
  /** The work in whose course this code runs. */
  currentWork(): Work | undefined;
  /** Writes one complete record line, without its newline, to where lines go. Never throws; what cannot be written is counted. */
  writeLine(line: string): void;
  /** Lines that could not be written since this was last asked. */
  takeLostLines(): number;
  note(about: NoteRecord['about'], text: string): void;
  /** Loads an optional part: the exports of the file `<name>.cjs` beside the preload. */
  part(name: string): Record<string, unknown>;
  /** Whom our own traffic goes to (`host:port`): never measured. */
  readonly ownPeers: Set<string>;
  /** Hears of each outbound call, at its start and at its end; for recorders and spans. */
  readonly callListeners: ((call: Call, work: Work | undefined, ended: boolean) => void)[];
  /** Hears of each finished work, after its line was written. */
  readonly workListeners: ((finished: FinishedWork) => void)[];
  /** What the program told of a work, as members of its line (`{ ck: […] }`); set by the API when it is first used. */
  tell?(work: Work): object | undefined;
  /** Where what the API is told goes; see `measure/telling.ts`. */
  telling?: Telling;
  /** Loads and wraps the handler that the redirect stands for; rejects with what loading it threw. Only Lambda has it. */
  load?(byRequire?: FindExports): Promise<unknown>;
  /** Wraps a handler for code that cannot use the redirect; only Lambda has it. */
  wrapHandler?<H>(handler: H): H;
  /** The host's environment, for parts with variables of their own (those of OTLP, those that Lambda sets). */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Set once the user's handler runs inside of our wrapper: only then is the end of each invocation heard of. */
  wrapsHandler?: boolean;
  /** Told once the first event was asked for, or with that event, before its work begins; it never throws. */
  woken?(): unknown;
  /** True while a connection of our own is opened, which is nobody's first call. */
  isUnseen?: boolean;
  /** Loads what measures calls, as the first call does, for connections that no channel told of; once. */
  wakeCalls?(message: unknown, channel: string): unknown;
  /** The calls of a work as its line has them; set with what measures calls. */
  callRows?(calls: readonly OutboundCalls[]): unknown[][] | undefined;
  /** The live sockets of this process, once somebody watches them. */
  liveSockets?(): LiveSockets[];
  /** How many works are under way at this moment; absent where it is never more than one. */
  worksUnderWay?(): number;
  /** What its lines call this process, where no log stream does. */
  sandboxId?: string;
  /** Runs `fn` as a piece of work of its own; only a long-running process has it. */
  observe?<T>(name: string, fn: () => T): T;
}

/** Under this symbol on `globalThis` stands the agent of this isolate, for the API (`@nightlight/agent`) to find. */
export const AGENT: unique symbol = Symbol.for('nightlight.agent.1') as never;
