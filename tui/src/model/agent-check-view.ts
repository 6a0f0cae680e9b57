/** The lines of `nightlight agent check`: first whether the program noticed, then the cost, then what the agent saw. */
import type { AgentCheck, Compared, Spread } from '../agent-check/judge-runs.ts';
import type { SeenPeer, Sight } from '../agent-check/sight.ts';

export interface AgentCheckSubject {
  /** `handler.handler`, or the program's file. */
  readonly name: string;
  /** Under what it ran, and what that leaves open. */
  readonly under: string;
  readonly invocationCount: number | undefined;
}

export function agentCheckText(subject: AgentCheckSubject, check: AgentCheck): string {
  const runs = `${check.runCount} ${check.runCount === 1 ? 'run' : 'runs'} without and with the agent, in turn`;
  const each = subject.invocationCount === undefined ? '' : `, ${subject.invocationCount} invocations each`;
  return `${subject.name}: ${runs}${each}
${subject.under}

${table([...samenessRows(check), ...costRows(check)])}

What the agent saw in its first run
${table(sightRows(check.sight))}
`;
}

export type Row = readonly [label: string, text: string];

function samenessRows({ sameness, answerCount, failedAnswerCount, end }: AgentCheck): readonly Row[] {
  const errors = failedAnswerCount === 0 ? '' : ` (${failedAnswerCount} of them errors)`;
  const answers = answerCount === 0 ? 'output and exit' : `${answerCount} answers${errors}, output and exit`;
  const ended: readonly Row[] = end === undefined ? [] : [['end', answerCount === 0 ? end : `${end} after ${answerCount} answers`]];
  switch (sameness.kind) {
    case 'same':
      return [['same', `yes: ${answers} are equal`], ...ended];
    case 'different':
      return [...sameness.what.map((what): Row => ['! different', what]), ...ended];
    case 'undetermined':
      return [['? same', `cannot tell: ${sameness.missing}`], ...ended];
    default:
      return sameness satisfies never;
  }
}

function costRows({ startMs, startCpuMs, endMs, latencyMs, peakRssBytes, selfUs, lineBytes }: AgentCheck): readonly Row[] {
  const rows: Row[] = [];
  if (startMs !== undefined) rows.push(['start', difference(startMs, millisecondWords, 'until it asks for its first event')]);
  if (startCpuMs !== undefined) rows.push(['start, CPU', difference(startCpuMs, millisecondWords, 'computed until then')]);
  if (endMs !== undefined) rows.push(['run', difference(endMs, millisecondWords, 'until it ends')]);
  if (latencyMs !== undefined) rows.push(['answer', difference(latencyMs, millisecondWords, 'until the client has it')]);
  if (peakRssBytes !== undefined) rows.push(['memory', difference(peakRssBytes, mebibyteWords, 'resident at its highest')]);
  if (selfUs !== undefined)
    rows.push(['own work', `${spreadWords(selfUs, (us) => `${us.toFixed(0)} µs`)} for each invocation, by its own clock`]);
  if (lineBytes !== undefined)
    rows.push(['log line', `${spreadWords(lineBytes, (size) => `${size.toFixed(0)} bytes`)} for each invocation`]);
  return rows;
}

/** A difference is only worth its sign when it leaves the spread of the runs without the agent. */
export function difference({ bare, withAgent }: Compared, words: (value: number) => string, what: string): string {
  const added = withAgent.median - bare.median;
  const isWithin = withAgent.median >= bare.low && withAgent.median <= bare.high;
  const each = ({ median, low, high }: Spread) => `${words(median)} (${words(low)} to ${words(high)})`;
  const sign = added < 0 ? '-' : '+';
  return `${sign}${words(Math.abs(added))} ${what}: ${each(bare)} without, ${each(withAgent)} with${isWithin ? '; may be chance' : ''}`;
}

export const spreadWords = ({ median, low, high, count }: Spread, words: (value: number) => string): string =>
  `${words(median)} (median of ${count}, ${words(low)} to ${words(high)})`;

function sightRows(sight: Sight): readonly Row[] {
  const kinds = [...sight.recordCounts].map(([kind, count]) => `${count} ${kind}`).join(', ');
  const rows: Row[] = [['records', kinds === '' ? 'none' : kinds]];
  if (sight.init !== undefined) rows.push(['init', initWords(sight.init)]);
  if (sight.requestCount !== undefined) rows.push(['requests', `${sight.requestCount}`]);
  for (const peer of sight.peers.slice(0, MOST_PEERS)) rows.push(['calls', peerWords(peer)]);
  if (sight.peers.length > MOST_PEERS) rows.push(['calls', `and ${sight.peers.length - MOST_PEERS} more`]);
  if (sight.peers.length === 0 && sight.recordCounts.size > 0) rows.push(['calls', 'none to other services']);
  if (sight.heap !== undefined) {
    const { firstBytes, lastBytes, floorBytes } = sight.heap;
    const floor = floorBytes === undefined ? 'no full collection yet' : `${mebibyteWords(floorBytes)} after the last full collection`;
    rows.push(['heap', `${mebibyteWords(firstBytes)} after the first, ${mebibyteWords(lastBytes)} after the last; ${floor}`]);
  }
  if (sight.errorTypes.length > 0) rows.push(['errors', sight.errorTypes.join(', ')]);
  for (const note of sight.notes) rows.push(['note', note]);
  if (sight.brokenCount > 0) rows.push(['! broken', `${sight.brokenCount} of its lines could not be read`]);
  return rows;
}

const MOST_PEERS = 8;

function initWords(init: NonNullable<Sight['init']>): string {
  const parts: string[] = [];
  const say = (ms: number | undefined, what: string) => ms !== undefined && parts.push(`${millisecondWords(ms)} ${what}`);
  say(init.untilAgentMs, 'until the agent began');
  say(init.agentMs, 'the agent itself');
  say(init.untilHandlerMs, 'until the handler was loaded');
  say(init.untilInvocationMs, 'until the first invocation');
  return parts.length === 0 ? 'seen' : parts.join(', ');
}

function peerWords({ service, callCount, totalMs, errorCount, timeLimit }: SeenPeer): string {
  const limit = { set: 'with a time limit', none: 'NO TIME LIMIT', unknown: 'time limit not visible' }[timeLimit];
  return `${service}: ${callCount} calls, ${millisecondWords(totalMs)} together, ${errorCount} errors, ${limit}`;
}

export const millisecondWords = (ms: number): string => `${ms.toFixed(ms < 10 ? 2 : 1)} ms`;
const mebibyteWords = (byteCount: number): string => `${(byteCount / 1_048_576).toFixed(1)} MiB`;

export const table = (rows: readonly Row[]): string => rows.map(([label, text]) => `  ${label.padEnd(12)}${text}`).join('\n');
