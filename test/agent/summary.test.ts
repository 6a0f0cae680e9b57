/** What sampling leaves out of the lines stands in the summaries: counted once, and exactly. */
import { describe, expect, test } from 'vitest';
import type { Agent } from '../../agent/src/agent.ts';
import { startSummary } from '../../agent/src/emit/summary.ts';
import { createCallTable } from '../../agent/src/measure/call-table.ts';
import type { FinishedWork, Work } from '../../agent/src/measure/work.ts';
import { decodeRecord, type SummaryRecord } from '../../agent/src/record/index.ts';

/** As many as a summary covers. */
const STRETCH = 500;

function summing() {
  const lines: string[] = [];
  const agent = {
    settings: { sampleEvery: 10 },
    quietly: (_: string, hook: () => unknown) => hook(),
    writeLine: (line: string) => lines.push(line),
    takeLostLines: () => 0,
  } as unknown as Agent;
  const keep = startSummary(agent);
  let number = 0;
  return {
    work(work: Partial<Work> = {}, more: Partial<FinishedWork> = {}): boolean {
      const now = Date.now();
      return keep({
        work: { id: `r${++number}`, startedMs: 0, ...work },
        number,
        startedAtEpochMs: now,
        durationMs: 1,
        failed: false,
        cold: false,
        heapUsedBytes: 0,
        externalBytes: 0,
        ...more,
      });
    },
    summaries: () =>
      lines.map((line) => {
        const decoded = decodeRecord(line);
        if (decoded.kind !== 'record') throw new Error(line);
        return decoded.record as SummaryRecord;
      }),
  };
}

function calling(...calls: readonly (readonly [service: string, limitMs?: number])[]): Partial<Work> {
  const table = createCallTable();
  for (const [service, limitMs] of calls) {
    const call = table.begin(service, 'GET /', 0);
    if (limitMs !== undefined) call.limitMs = limitMs;
    table.end(call, false, 5);
  }
  return { calls: table };
}

describe('a summary', () => {
  test('tells the calls of all invocations, those with a time limit apart from the others', () => {
    const { work, summaries } = summing();
    for (let i = 0; i < STRETCH; i++) work(i % 2 === 0 ? calling(['payments'], ['stock', 1000]) : {});
    const [summary] = summaries();
    expect(summary!.invocationCount).toBe(STRETCH);
    expect(summary!.outboundCalls).toMatchObject([
      { service: 'payments', callCount: STRETCH / 2 },
      { service: 'stock', callCount: STRETCH / 2, timeout: 'set' },
    ]);
    expect(summary!.outboundCalls![0]!.totalMs).toBe((STRETCH / 2) * 5);
  });

  test('tells what the program told, and the items of its events', () => {
    const { work, summaries } = summing();
    for (let i = 0; i < STRETCH; i++) {
      work(
        { told: { checks: new Map([['adds up', [1, i % 5 === 0 ? 1 : 0]]]), droppedCount: 1 } },
        { items: { en: 10, rf: i === 0 ? 4 : undefined } },
      );
    }
    expect(summaries()[0]).toMatchObject({
      invariantChecks: [{ name: 'adds up', passedCount: STRETCH, failedCount: STRETCH / 5 }],
      droppedCount: STRETCH,
      eventItemCount: 10 * STRETCH,
      returnedCount: 4,
      duplicateCount: 0,
    });
  });

  test('begins anew after each one, and is silent about what never was', () => {
    const { work, summaries } = summing();
    for (let i = 0; i < STRETCH; i++) work(calling(['payments']));
    for (let i = 0; i < STRETCH; i++) work();
    const [first, second] = summaries();
    expect(first!.outboundCalls).toHaveLength(1);
    expect(second!.sequence).toBe(2);
    for (const absent of ['outboundCalls', 'invariantChecks', 'eventItemCount', 'droppedCount', 'fallbackCount'] as const) {
      expect(second![absent]).toBeUndefined();
    }
  });
});
