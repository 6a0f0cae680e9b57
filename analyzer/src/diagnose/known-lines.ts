/**
 * Lines that the summary remembers, for findings that rest on counts.
 *
 * A gap, a silence or a sum over days is told by no single line; the lines at its edges are what a person would look at. The
 * summary holds places of starts, deaths, failures, the slowest attempts, the fullest moment and the newest attempt of each
 * sandbox, so an edge is known as closely as these lie to it.
 */
import type { Evidence, SandboxSummary, Summary } from '../store/summary.ts';
import { type EvidenceReference, evidenceReference } from './evidence-reference.ts';

/** @returns the remembered lines of a function, or of all, earliest first */
export function knownLines(summary: Summary, functionName?: string): Evidence[] {
  const lines: Evidence[] = [];
  for (const configuration of summary.configurations.values()) {
    if (functionName !== undefined && configuration.functionName !== functionName) continue;
    for (const { evidence } of configuration.inits) lines.push(evidence);
    for (const { evidence } of configuration.slowest) lines.push(evidence);
  }
  for (const sandbox of summary.sandboxes) {
    const owner = summary.configurations.get(sandbox.configuration)?.functionName;
    if (functionName !== undefined && owner !== functionName) continue;
    lines.push(sandbox.evidence);
    if (sandbox.highest !== undefined) lines.push(sandbox.highest);
    const last = lastLineOf(sandbox);
    if (last !== undefined) lines.push(last);
  }
  for (const failure of summary.failures.values()) {
    if (functionName === undefined || failure.functionName === functionName) lines.push(...failure.evidence);
  }
  return lines.filter(({ file }) => file >= 0).sort((a, b) => a.atMs - b.atMs || a.file - b.file || a.place - b.place);
}

/** The newest attempt of a sandbox. */
function lastLineOf({ lastFile, lastPlace, lastMs }: SandboxSummary): Evidence | undefined {
  return lastFile === undefined || lastPlace === undefined ? undefined : { file: lastFile, place: lastPlace, atMs: lastMs };
}

/** The last line known before a stretch of time, and the first one after it. */
export function linesAtEdges(summary: Summary, fromMs: number, toMs: number, functionName?: string): EvidenceReference[] {
  const lines = knownLines(summary, functionName);
  const before = lines.findLast(({ atMs }) => atMs <= fromMs);
  const after = lines.find(({ atMs }) => atMs >= toMs);
  return [before, after].filter((line) => line !== undefined).map((line) => evidenceReference(summary, line));
}

/** The lines that told the highest memory of these sandboxes, the fullest first. */
export function fullestLines(summary: Summary, sandboxes: readonly SandboxSummary[], most: number): EvidenceReference[] {
  return sandboxes
    .filter((sandbox) => sandbox.highest !== undefined)
    .sort((a, b) => b.envelope.at(-1)!.megabytes - a.envelope.at(-1)!.megabytes || a.highest!.atMs - b.highest!.atMs)
    .slice(0, most)
    .map(({ highest }) => evidenceReference(summary, highest!));
}
