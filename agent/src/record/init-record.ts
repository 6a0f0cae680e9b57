/**
 * How a sandbox or process came up: written once, with its first invocation.
 *
 * It carries what stays the same for the life of the process, so that the invocation lines need not, and splits the
 * init into the parts that different people can mend: the runtime's, the agent's, the handler's imports, the wait.
 */
import { type Codec, columns, count, epochMilliseconds, flag, kibibytes, listOf, milliseconds, oneOf, plainNumber, text } from './codec.ts';
import { layoutOf, optional, type RecordBase } from './fields.ts';
import { type MemorySample, memorySample } from './memory-sample.ts';
import { type PackageLoad, packageLoad } from './module-tree.ts';
import { RECORD_PREFIX } from './prefix.ts';
import type { Bytes, EpochMilliseconds, Mebibytes, Milliseconds } from './units.ts';

/** One module that took long to load. */
export interface ModuleLoad {
  /** Package name, or a path below the code directory. */
  readonly name: string;
  /** With everything that it loaded in turn. */
  readonly totalMs: Milliseconds;
  /** Without what it loaded in turn. */
  readonly selfMs?: Milliseconds | undefined;
}

export interface InitRecord extends RecordBase {
  readonly kind: 'init';
  /** When the process began. */
  readonly startedAtEpochMs?: EpochMilliseconds | undefined;
  readonly sandboxId?: string | undefined;
  readonly threadId?: number | undefined;
  /** Request that was served first. */
  readonly requestId?: string | undefined;
  /** As Lambda says it: `on-demand`, `provisioned-concurrency`, `snap-start` … */
  readonly initializationType?: string | undefined;
  /** True when the sandbox had been made ready before anybody asked for it. */
  readonly proactive?: boolean | undefined;
  /**
   * What this process found of one before it in the same sandbox: nothing, one that ended between two invocations, one
   * that died with work in its hands (a death record follows), or traces that could not be read. Whoever is not the
   * first did not come up for a cold start.
   */
  readonly predecessor?: 'none' | 'idle' | 'died' | 'unreadable' | undefined;
  readonly serviceName?: string | undefined;
  readonly processId?: number | undefined;
  readonly functionName?: string | undefined;
  /** Of a function as Lambda names it; of a long-running process, of its program. */
  readonly functionVersion?: string | undefined;
  readonly logStream?: string | undefined;
  readonly region?: string | undefined;
  readonly architecture?: string | undefined;
  readonly memorySizeMb?: Mebibytes | undefined;
  /** The function's time limit, from the deadline of the first invocation. */
  readonly timeoutMs?: Milliseconds | undefined;
  readonly heapLimitBytes?: Bytes | undefined;
  readonly nodeVersion?: string | undefined;
  readonly agentVersion?: string | undefined;
  /** From the start of the process until the agent began. */
  readonly untilAgentMs?: Milliseconds | undefined;
  /** What the agent's own start took. */
  readonly agentMs?: Milliseconds | undefined;
  /** From the start of the process until the handler's module was loaded. */
  readonly untilHandlerMs?: Milliseconds | undefined;
  /** From the start of the process until the first invocation began. */
  readonly untilInvocationMs?: Milliseconds | undefined;
  readonly moduleCount?: number | undefined;
  /** The slowest, slowest first. */
  readonly slowestModules?: readonly ModuleLoad[] | undefined;
  /** Parents stand before their children. */
  readonly packages?: readonly PackageLoad[] | undefined;
  /** Every how many-th ordinary invocation has a line; remarkable ones always have. Absent when every one has. */
  readonly sampleEvery?: number | undefined;
  readonly extensions?: readonly string[] | undefined;
  readonly memory?: MemorySample | undefined;
  readonly selfUs?: number | undefined;
}

const moduleLoad: Codec<ModuleLoad> = columns<ModuleLoad>(
  { name: text, totalMs: milliseconds<Milliseconds>(), selfMs: milliseconds<Milliseconds>() },
  ['name', 'totalMs'],
);

export const initLayout = layoutOf<InitRecord>(RECORD_PREFIX, 'init', 'init', {
  startedAtEpochMs: optional('t', epochMilliseconds<EpochMilliseconds>()),
  sandboxId: optional('sb', text),
  threadId: optional('th', count),
  requestId: optional('id', text),
  initializationType: optional('it', text),
  proactive: optional('pa', flag),
  predecessor: optional('pr', oneOf({ none: 0, idle: 1, died: 2, unreadable: 3 })),
  serviceName: optional('sn', text),
  processId: optional('pi', count),
  functionName: optional('fn', text),
  functionVersion: optional('fv', text),
  logStream: optional('ls', text),
  region: optional('rg', text),
  architecture: optional('ar', text),
  memorySizeMb: optional('ms', plainNumber<Mebibytes>()),
  timeoutMs: optional('to', milliseconds<Milliseconds>()),
  heapLimitBytes: optional('hl', kibibytes<Bytes>()),
  nodeVersion: optional('nv', text),
  agentVersion: optional('av', text),
  untilAgentMs: optional('ua', milliseconds<Milliseconds>()),
  agentMs: optional('am', milliseconds<Milliseconds>()),
  untilHandlerMs: optional('uh', milliseconds<Milliseconds>()),
  untilInvocationMs: optional('ui', milliseconds<Milliseconds>()),
  moduleCount: optional('mc', count),
  slowestModules: optional('ml', listOf(moduleLoad)),
  packages: optional('mt', listOf(packageLoad)),
  sampleEvery: optional('sp', count),
  extensions: optional('ex', listOf(text)),
  memory: optional('m', memorySample),
  selfUs: optional('us', plainNumber()),
});

/** @returns the line, without a newline */
export const encodeInit = (record: InitRecord): string => initLayout.encode(record);
