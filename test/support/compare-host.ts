/**
 * Runs a handler twice through the double, bare and with an agent, and tells every difference that a user could see: the
 * answers, the printed lines, how processes ended and how often they were started.
 *
 * What differs between any two runs is made equal first: times, process ids, stack traces (an agent may stand in them).
 * Lines of the agent itself are left out of the comparison and handed back.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { HandlerKind } from './handler-kinds.ts';
import { type InvokeResult, type LambdaDouble, type NodeLine, startLambda } from './lambda/lambda-double.ts';

/** How an agent gets in. */
export interface AgentSetup {
  readonly env?: Readonly<Record<string, string>>;
  readonly wrapper?: string;
  readonly optRoot?: string;
}

export interface CompareOptions {
  readonly logFormat?: 'Text' | 'JSON';
  /** On a Managed Instance, in a worker thread of the runtime client. */
  readonly maxConcurrency?: number;
}

export interface Difference {
  /** `answer 1`, `stdout line 3`, `exits` … */
  readonly where: string;
  readonly bare: unknown;
  readonly agent: unknown;
}

export interface HostComparison {
  readonly differences: readonly Difference[];
  /** What the bare run answered, for tests that ask whether the kind shows what it is about. */
  readonly bareAnswers: readonly SeenAnswer[];
  readonly bareStarts: number;
  /** The agent's own lines. */
  readonly records: readonly string[];
}

export interface SeenAnswer {
  readonly status: InvokeResult['status'];
  readonly errorType: string | undefined;
  readonly contentType: string | undefined;
  readonly payload: string;
}

const PRELOADED_AGENT: AgentSetup = {
  env: { NODE_OPTIONS: `--require ${join(import.meta.dirname, '../../agent/dist/preload.cjs')}` },
};

export async function compareHost(
  kind: HandlerKind,
  nodeLine: NodeLine,
  agentSetup: AgentSetup = PRELOADED_AGENT,
  options: CompareOptions = {},
): Promise<HostComparison> {
  // In a worker thread the runtime client's own lines overtake those of the thread's streams, which go by the main thread.
  const inOrder = (lines: readonly string[]): readonly string[] => (options.maxConcurrency === undefined ? lines : [...lines].sort());
  // Away from this repository, whose package.json would make every `.js` an ES module. The same folder for both runs.
  const taskRoot = mkdtempSync(join(tmpdir(), 'nightlight-handler-'));
  cpSync(join(HANDLERS, kind.folder), taskRoot, { recursive: true });
  try {
    const bare = await runKind(kind, nodeLine, taskRoot, {}, options);
    const agent = await runKind(kind, nodeLine, taskRoot, agentSetup, options);
    const differences = [
      ...compareLists('answer', bare.answers, agent.answers),
      ...comparePrinted('stdout', inOrder(bare.stdout), inOrder(agent.stdout), kind),
      ...comparePrinted('stderr', inOrder(bare.stderr), inOrder(agent.stderr), kind),
      ...compareLists('exit', bare.exits, agent.exits),
      ...(bare.starts === agent.starts ? [] : [{ where: 'environmentStarts', bare: bare.starts, agent: agent.starts }]),
    ];
    return { differences, bareAnswers: bare.answers, bareStarts: bare.starts, records: agent.records };
  } finally {
    rmSync(taskRoot, { recursive: true, force: true });
  }
}

const HANDLERS = join(import.meta.dirname, '../../fixtures/handlers');
const RECORD_START = '{"nl":1,';
/** Nothing but `hangs` should ever come near it, however busy the machine is. */
const PLENTY_MS = 20_000;
const UNDER_WAY_MS = 200;

interface SeenRun {
  readonly answers: readonly SeenAnswer[];
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  readonly exits: readonly string[];
  readonly starts: number;
  readonly records: readonly string[];
}

async function runKind(
  kind: HandlerKind,
  nodeLine: NodeLine,
  taskRoot: string,
  setup: AgentSetup,
  options: CompareOptions,
): Promise<SeenRun> {
  const double = await startLambda({
    nodeLine,
    taskRoot,
    handler: kind.handler,
    memoryMb: 512,
    timeoutMs: kind.timeoutMs ?? PLENTY_MS,
    ...options,
    ...setup,
  });
  const answers: SeenAnswer[] = [];
  for (const [index, event] of kind.events.entries()) {
    const clientContext = JSON.stringify({ client: { installation_id: 'phone' } });
    answers.push(seenAnswer(await double.invoke(event, { requestId: requestId(index), clientContext })));
  }
  // The end by the service says nothing of the handler: an agent with an extension changes SIGKILL to SIGTERM there.
  const exits = double.exits.map(({ exitCode, signal }) => signal ?? String(exitCode));
  const starts = double.environmentStarts;
  // A worker thread's streams go by the main thread: what was written last is still on its way.
  if (options.maxConcurrency !== undefined) await delay(UNDER_WAY_MS);
  await double.shutdown();
  return { answers, ...seenLines(double), exits, starts };
}

const requestId = (index: number): string => `5e0f2c1a-77aa-4b0e-9d6e-${String(index).padStart(12, '0')}`;

function seenAnswer({ status, errorType, contentType, payload }: InvokeResult): SeenAnswer {
  return { status, errorType, contentType, payload: withoutChance(payload.toString()) };
}

function seenLines(double: LambdaDouble): Pick<SeenRun, 'stdout' | 'stderr' | 'records'> {
  const printed = { stdout: [] as string[], stderr: [] as string[] };
  const records: string[] = [];
  for (const { from, text } of double.outputLines) {
    const lines = printed[from];
    if (!text.startsWith(RECORD_START)) lines.push(text);
    else {
      records.push(text);
      // The agent begins a line of its own, in case the host left one open; where it had not, an empty line is the agent's.
      if (lines.at(-1) === '') lines.pop();
    }
  }
  const comparable = (lines: readonly string[]): string[] => lines.map(withoutChance).filter((line) => !STACK_LINE.test(line));
  return { stdout: comparable(printed.stdout), stderr: comparable(printed.stderr), records };
}

const STACK_LINE = /^\s+at /;
/** Which files led to a missing module: a trace inside a message. */
const REQUIRE_STACK = /\\nRequire stack:(?:\\n- [^"\\]*)*/g;
/** A list of texts under one of the names that runtime clients give it. */
const TRACE = /"(trace|stack|stackTrace)":\[(?:"(?:[^"\\]|\\.)*",?)*\]/g;

/** Who asked for a module that could not be loaded: the runtime client, or an agent that stands between. */
const ASKED_BY = /(\bimported from |\\n {2}From )[^ "\\]+/g;
/** Frames in the middle of a line, whose newlines are carriage returns or escaped, and how many were left out. */
const FRAMES_IN_LINE = /(?:\r|\\n)\s+(?:at [^\r\\"]*|\.{3} \d+ lines matching cause stack trace \.{3})/g;

function withoutChance(text: string): string {
  return text
    .replaceAll(TRACE, '"$1":[]')
    .replaceAll(REQUIRE_STACK, '')
    .replaceAll(ASKED_BY, '$1<file>')
    .replaceAll(FRAMES_IN_LINE, '')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>')
    .replaceAll(/\((?:node|Use `node):\d+\)/g, '(node)');
}

function compareLists(what: string, bare: readonly unknown[], agent: readonly unknown[]): Difference[] {
  const differences: Difference[] = [];
  for (let i = 0; i < Math.max(bare.length, agent.length); i++) {
    if (JSON.stringify(bare[i]) !== JSON.stringify(agent[i]))
      differences.push({ where: `${what} ${i + 1}`, bare: bare[i], agent: agent[i] });
  }
  return differences;
}

function comparePrinted(what: string, bare: readonly string[], agent: readonly string[], kind: HandlerKind): Difference[] {
  const isOnlyBroken = kind.leavesLineOpen === true && bare.join('') === agent.join('');
  return isOnlyBroken ? [] : compareLists(`${what} line`, bare, agent);
}
