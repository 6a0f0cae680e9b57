/** `nightlight check` as a person reads it: which gates hold, then what the analyzer found, then what the agent added. */
import type { Report } from '@nightlight/analyzer';
import type { AgentCost } from '../check/agent-cost.ts';
import type { CheckResult, GateAnswer, Loading } from '../check/check-result.ts';
import { difference, millisecondWords, type Row, spreadWords, table } from './agent-check-view.ts';
import { saidOnce } from './said-once.ts';

/** The analyzer's chapters in the form that is asked for. */
export interface CheckWriter {
  chapters(report: Report, titles: readonly string[]): string;
  heading(title: string): string;
  /** Lines that keep their columns. */
  columns(lines: readonly string[]): string;
  /** One sentence from outside, made safe for the form. */
  sentence(text: string): string;
  readonly itemMark: string;
}

type Percentile = NonNullable<NonNullable<Report['coldStarts'][number]['initMs']>['p50Ms']>;

export function checkText(result: CheckResult, writer: CheckWriter): string {
  const { target, starts, loading, measured, forcedCollections, gates, agentCost, notes } = result;
  const memory = forcedCollections ?? measured;
  return [
    `${writer.sentence(subjectWords(result))}\n`,
    `${writer.itemMark}${writer.sentence(`${target.under}; Node ${target.node}`)}\n`,
    ...gates.map((gate) => `${writer.itemMark}${writer.sentence(gateWords(gate))}\n`),
    ...otherFindings(result).map((words) => `${writer.itemMark}${writer.sentence(words)}\n`),
    writer.chapters(memory, ['Memory']),
    ...(starts === undefined ? [] : [writer.heading('Starts'), writer.columns(startRows(starts, loading))]),
    writer.chapters(withoutPlaces(measured), ['Latency', 'Routes', 'Failures', 'Processes']),
    ...(agentCost === undefined ? [] : [writer.heading('What the agent added'), writer.columns(table(costRows(agentCost)).split('\n'))]),
    ...(notes.length === 0
      ? []
      : [writer.heading('Not looked at'), ...notes.map((note) => `${writer.itemMark}${writer.sentence(note)}\n`)]),
    `\n${writer.sentence(exitWords(result))}\n`,
  ].join('');
}

function subjectWords({ target, forcedCollections }: CheckResult): string {
  const { name, invocationCount, startCount, concurrency, memoryMb, timeoutMs } = target;
  const limits = memoryMb === undefined || timeoutMs === undefined ? '' : `; ${memoryMb} MB, ${timeoutMs / 1000} s`;
  const at = concurrency === 1 ? '' : `, ${concurrency} at a time`;
  const starts = target.kind === 'handler' ? `, ${startCount} ${startCount === 1 ? 'start' : 'starts'}` : '';
  const forced = forcedCollections === undefined || target.kind === 'server' ? '' : `, ${invocationCount} more under forced collections`;
  return `${name}: ${invocationCount} ${target.kind === 'handler' ? 'invocations' : 'requests'}${at}${starts}${forced}${limits}`;
}

const VERDICT_WORDS = { passed: 'ok', failed: '!', undecided: '?' } satisfies Record<GateAnswer['verdict'], string>;

function gateWords({ gate, verdict, because }: GateAnswer): string {
  const said = because === '' ? '' : `: ${because}`;
  switch (verdict) {
    case 'passed':
      return `${VERDICT_WORDS.passed} ${gate} passed${said}`;
    case 'failed':
      return `${VERDICT_WORDS.failed} ${gate} FAILED${said}`;
    case 'undecided':
      return `${VERDICT_WORDS.undecided} ${gate} cannot tell${said}`;
    default:
      return verdict satisfies never;
  }
}

/** What hurts and no gate has named yet. */
function otherFindings({ starts, measured, forcedCollections, gates }: CheckResult): string[] {
  const named = new Set(gates.map(({ because }) => because));
  const leaks = forcedCollections?.findings.filter(({ gates: tripped }) => tripped.includes('leak')) ?? [];
  // Whether memory grows was asked where it can be answered.
  const others = measured.findings.filter(({ gates: tripped }) => forcedCollections === undefined || !tripped.includes('leak'));
  return [...leaks, ...(starts?.findings ?? []), ...others]
    .filter(({ harm }) => harm === 'users' || harm === 'soon')
    .map(saidOnce)
    .filter((words) => !named.has(words))
    .map((words) => `! ${words}`);
}

const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

function startRows(starts: Report, loading: Loading | undefined): string[] {
  const [init] = starts.coldStarts;
  const { p50Ms, p90Ms, p99Ms, maxMs, sampleCount = 0 } = init?.initMs ?? {};
  const figure = (name: string, value: Percentile | undefined, needed: number): string =>
    value === undefined ? `${name} n<${needed}` : `${name} ${ms(value.value)}`;
  const figures = [
    figure('p50', p50Ms, 6),
    figure('p90', p90Ms, 36),
    figure('p99', p99Ms, 368),
    maxMs === undefined ? '' : `longest ${ms(maxMs)}`,
  ];
  const rows: Row[] = [
    ['init', `${figures.filter((each) => each !== '').join(', ')}, of ${sampleCount} ${sampleCount === 1 ? 'start' : 'starts'}`],
  ];
  const split = init?.split;
  if (split !== undefined) {
    rows.push([
      'of it',
      `${ms(split.runtimeMs)} until the agent began, ${ms(split.agentMs)} the agent, ${ms(split.handlerMs)} loading the handler (mean)`,
    ]);
  }
  const packages = loading?.packages.slice(0, MOST_PACKAGES) ?? [];
  packages.forEach(({ name, selfMs, moduleCount }, index) => {
    const modules = `${moduleCount} ${moduleCount === 1 ? 'module' : 'modules'}`;
    const how = index === 0 ? `; own time, mean of ${loading!.startCount} starts in which each module was timed` : '';
    rows.push([index === 0 ? 'loading' : '', `${name} ${ms(selfMs)} (${modules}${how})`]);
  });
  return table(rows).split('\n');
}

const MOST_PACKAGES = 8;

/** The logs of a check are gone after it, unless they were asked for: a place in them helps nobody. */
function withoutPlaces(report: Report): Report {
  return { ...report, latency: report.latency.map((section) => ({ ...section, slowest: [] })) };
}

function costRows({ initMs, latencyMs, selfUs, lineBytes }: AgentCost): readonly Row[] {
  return [
    ...(initMs === undefined ? [] : [['init', difference(initMs, millisecondWords, 'until it asks for its first event')] as const]),
    ...(latencyMs === undefined ? [] : [['answer', difference(latencyMs, millisecondWords, 'until the client has it')] as const]),
    ...(selfUs === undefined
      ? []
      : [['own work', `${spreadWords(selfUs, (us) => `${us.toFixed(0)} µs`)} for each invocation, by its own clock`] as const]),
    ...(lineBytes === undefined
      ? []
      : [['log line', `${spreadWords(lineBytes, (size) => `${size.toFixed(0)} bytes`)} for each invocation`] as const]),
  ];
}

function exitWords({ exit, gates }: Pick<CheckResult, 'exit' | 'gates'>): string {
  const named = (verdict: GateAnswer['verdict']) => gates.filter((gate) => gate.verdict === verdict).map(({ gate }) => gate);
  switch (exit) {
    case 0:
      return gates.length === 0 ? 'exit 0 (no --fail-on given)' : `exit 0 (${named('passed').join(', ')} passed)`;
    case 3:
      return `exit 3: failed: ${named('failed').join(', ')}`;
    case 4:
      return `exit 4: not enough to tell${gates.length === 0 ? '' : `: ${named('undecided').join(', ')}`}`;
    default:
      return `exit ${exit}`;
  }
}
