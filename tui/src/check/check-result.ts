/**
 * What a check came to. Every verdict in it is the analyzer's, of the logs that the check produced: here it is only said which
 * log answers for which gate.
 */
import type { Report } from '@nightlight/analyzer';
import { saidOnce } from '../model/said-once.ts';
import type { AgentCost } from './agent-cost.ts';

export const CHECK_SCHEMA = 'check-1';
export const CHECK_GATES = ['leak', 'cold', 'p99'] as const;
export type CheckGate = (typeof CHECK_GATES)[number];

export interface CheckResult {
  readonly schema: typeof CHECK_SCHEMA;
  /** Version of Nightlight that wrote it. */
  readonly tool: string;
  readonly target: CheckedTarget;
  readonly gates: readonly GateAnswer[];
  readonly agentCost: AgentCost | undefined;
  /** What the figures leave out. */
  readonly notes: readonly string[];
  /** What loading took, on average over a few starts in which each module was timed; absent where nothing told. */
  readonly loading: Loading | undefined;
  /** Of the cold starts; absent for a server. */
  readonly starts: Report | undefined;
  readonly measured: Report;
  /** Of the round under forced collections; absent where there was none. */
  readonly forcedCollections: Report | undefined;
  /** 0, 1, 3 or 4 as in `nightlight help exit-codes`. */
  readonly exit: number;
}

export type Loading = NonNullable<Report['coldStarts'][number]['split']>;

export interface CheckedTarget {
  readonly kind: 'handler' | 'server';
  /** `index.handler`, or the program's file. */
  readonly name: string;
  /** As its log calls it. */
  readonly functionName: string;
  /** Under what it ran, and what that leaves open. */
  readonly under: string;
  readonly node: string;
  readonly invocationCount: number;
  readonly startCount: number;
  readonly concurrency: number;
  readonly memoryMb: number | undefined;
  readonly timeoutMs: number | undefined;
}

export interface GateAnswer {
  readonly gate: CheckGate;
  readonly verdict: 'passed' | 'failed' | 'undecided';
  /** In the analyzer's words; empty where it had nothing to say. */
  readonly because: string;
  /** In the report that answers for the gate. */
  readonly findingId: string | undefined;
}

export interface CheckReports {
  readonly starts: Report | undefined;
  readonly measured: Report;
  readonly forcedCollections: Report | undefined;
}

/** Memory is judged where collections were forced, starts where there was nothing else, and the rest where nothing disturbed. */
function reportFor(gate: CheckGate, { starts, measured, forcedCollections }: CheckReports): Report {
  return (gate === 'leak' ? forcedCollections : gate === 'cold' ? starts : measured) ?? measured;
}

export function gateAnswers(
  failOn: readonly CheckGate[],
  reports: CheckReports,
  quiet: (gate: CheckGate, report: Report) => string,
): GateAnswer[] {
  return failOn.map((gate) => {
    const report = reportFor(gate, reports);
    const tripped = report.gate.tripped.find((trip) => trip.gate === gate);
    if (tripped !== undefined) {
      const finding = report.findings.find(({ id }) => id === tripped.findingId);
      return {
        gate,
        verdict: 'failed',
        because: finding === undefined ? '' : saidOnce(finding),
        findingId: tripped.findingId,
      };
    }
    const open = report.gate.undecided.find((each) => each.gate === gate);
    if (open !== undefined) return { gate, verdict: 'undecided', because: open.missing, findingId: undefined };
    return { gate, verdict: 'passed', because: quiet(gate, report), findingId: undefined };
  });
}

/** 1 wins over 3 (a part of the truth is missing), 3 over 4 (what was found stays found). */
export function checkExitCode({ starts, measured, forcedCollections }: CheckReports): number {
  const exits = [starts, measured, forcedCollections].map((report) => report?.exit ?? 0);
  return [1, 3, 4].find((code) => exits.includes(code)) ?? 0;
}
