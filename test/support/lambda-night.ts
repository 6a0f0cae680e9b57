/** Invocations of one Lambda function in a few sandboxes, with lines of the platform and, where told, of the agent. */

import type { Finding, FindingKind } from '../../analyzer/src/diagnose/finding.ts';
import { BUILT_IN_PRICES } from '../../analyzer/src/diagnose/prices.ts';
import { buildReport } from '../../analyzer/src/report/build-report.ts';
import type { Report } from '../../analyzer/src/report/report.ts';
import { endLine, type LoggedLine, requestId, startLine } from './assemble-lines.ts';
import { type SharedOrigin, summarizeLines } from './summarize-lines.ts';

export const NIGHT_MS = Date.UTC(2026, 10, 21, 2);
const MEMORY_MB = 192;

export interface NightAttempt {
  /** Line of the agent, written before the answer. */
  readonly agent?: string | undefined;
  /** Lines of a successor's start, in front of START. */
  readonly before?: readonly string[];
  readonly usedMb?: number;
  /** 0 for an attempt that succeeds in 20 ms; otherwise it runs into this limit. */
  readonly timedOutMs?: number;
}

/** @param sandboxes  the attempts of each sandbox in their order; ids count up over all of them */
export function nightOf(sandboxes: readonly (readonly NightAttempt[])[]): LoggedLine[] {
  let ordinal = 0;
  return sandboxes.flatMap((attempts, sandbox) => {
    const stream = `2026/11/21/[7]${sandbox.toString(16).padStart(32, '0')}`;
    let atMs = NIGHT_MS + sandbox * 7;
    return attempts.flatMap(({ agent, before, usedMb = 90, timedOutMs = 0 }) => {
      ordinal++;
      const durationMs = timedOutMs > 0 ? timedOutMs : 20;
      const report = `REPORT RequestId: ${requestId(ordinal)}\tDuration: ${durationMs.toFixed(2)} ms\tBilled Duration: ${durationMs} ms\tMemory Size: ${MEMORY_MB} MB\tMax Memory Used: ${usedMb} MB\t${timedOutMs > 0 ? 'Status: timeout' : ''}`;
      const startMs = atMs + 10;
      atMs += durationMs + 1000;
      return [
        ...(before ?? []).map((text) => ({ stream, atMs: startMs - 5, text })),
        { stream, atMs: startMs, text: startLine(ordinal) },
        ...(agent === undefined ? [] : [{ stream, atMs: startMs + durationMs - 1, text: agent }]),
        { stream, atMs: startMs + durationMs, text: endLine(ordinal) },
        { stream, atMs: startMs + durationMs, text: report },
      ];
    });
  });
}

export function reportOfLines(lines: readonly LoggedLine[], origin?: SharedOrigin): Report {
  return buildReport(summarizeLines(lines, origin), {}, { tool: '0.1.0', prices: BUILT_IN_PRICES, filteredCount: 0 });
}

export function findingsOf(report: Report, kind: FindingKind): Finding[] {
  return report.findings.filter((finding) => finding.kind === kind);
}
