/** What the agent's lines say of memory, from line to report: the library's verdicts, pooled, and never two at a time. */
import { bytes } from '@nightlight/agent/record';
import { describe, expect, test } from 'vitest';
import type { ChannelGrowth } from '../../analyzer/src/diagnose/sections.ts';
import { renderExplanation } from '../../analyzer/src/report/explain.ts';
import { reportFromJson, reportToJson } from '../../analyzer/src/report/json.ts';
import type { Report } from '../../analyzer/src/report/report.ts';
import { renderText } from '../../analyzer/src/report/text.ts';
import { FloorTrend } from '../../analyzer/src/stats/floor-trend.ts';
import { addLives, type MemoryLife } from '../../analyzer/src/store/memory-life.ts';
import { simulateHeap } from '../lab/simulated-heap.mjs';
import { initLine, invLine, leakLine, winLine } from '../support/agent-lines.ts';
import { requestId } from '../support/assemble-lines.ts';
import { findingsOf, NIGHT_MS, type NightAttempt, nightOf, reportOfLines } from '../support/lambda-night.ts';

type Series = ReturnType<typeof simulateHeap>;

/** The agent writes whole KiB. */
const whole = (amount: number) => bytes(Math.round(amount / 1024) * 1024);
const known = (amount: number | undefined) => (amount === undefined ? undefined : whole(amount));

const lifeOf = (kind: string, seed: number, probed: boolean, sandbox = 0): Series =>
  simulateHeap(kind, seed, { probed, invocations: 1500, sandbox });

function attemptsOf({ samples, probes }: Series, ordinal: number, usedMb: (n: number) => number = () => 90): NightAttempt[] {
  return samples.map((sample, i) => {
    const n = sample.invocationNumber;
    const line = invLine({
      requestId: requestId(ordinal + i + 1),
      invocationNumber: n,
      memory: {
        heapUsedAfterBytes: known(sample.heapUsedBytes),
        heapFloorBytes: known(sample.heapFloorBytes),
        externalBytes: known(sample.externalBytes),
        rssBytes: known(sample.rssBytes),
      },
      heapCommittedBytes: known(sample.heapCommittedBytes),
      handleCount: sample.handleCount,
    });
    const due = probes.filter((probe) => probe.invocationNumber <= n);
    // The word is left open here: what the analyzer makes of the probes is the question.
    const told = due.at(-1)?.invocationNumber === n ? [leakLine(NIGHT_MS, { verdict: 'suspected', probes: due.map(probeOf) })] : [];
    return { agent: [line, ...told].join('\n'), usedMb: usedMb(n) };
  });
}

const probeOf = ({ invocationNumber, heapUsedBytes, externalBytes }: Series['probes'][number]) => ({
  invocationNumber,
  heapUsedBytes: whole(heapUsedBytes),
  externalBytes: whole(externalBytes ?? 0),
});

/** Each of the agent's lines is an event of its own. */
function linesOf(sandboxes: readonly (readonly NightAttempt[])[]) {
  return nightOf(sandboxes).flatMap((line) => line.text.split('\n').map((text) => ({ ...line, text })));
}

function reportOf(lives: readonly Series[], usedMb?: (n: number) => number): Report {
  let ordinal = 0;
  const sandboxes = lives.map((life) => {
    const attempts = attemptsOf(life, ordinal, usedMb);
    ordinal += attempts.length;
    return attempts;
  });
  return reportOfLines(linesOf(sandboxes));
}

/** The same numbers, given to the library by hand. */
function byLibrary({ samples, probes }: Series): FloorTrend {
  const trend = new FloorTrend();
  let nextProbe = 0;
  for (const { invocationNumber, heapUsedBytes, heapFloorBytes, externalBytes, heapCommittedBytes, rssBytes, handleCount } of samples) {
    trend.push({
      invocationNumber,
      heapUsedBytes: known(heapUsedBytes),
      heapFloorBytes: known(heapFloorBytes),
      externalBytes: known(externalBytes),
      heapCommittedBytes: known(heapCommittedBytes),
      rssBytes: known(rssBytes),
      handleCount,
    });
    if (probes[nextProbe]?.invocationNumber === invocationNumber) trend.probe(probeOf(probes[nextProbe++]!));
  }
  return trend;
}

function channelOf(report: Report, channel: ChannelGrowth['channel']): ChannelGrowth {
  const found = report.memory[0]?.channels?.find((one) => one.channel === channel);
  if (found === undefined) throw new Error(`expected a verdict on ${channel}, found ${JSON.stringify(report.memory)}`);
  return found;
}

describe('the same series gives the same verdict through lines as through the library', () => {
  test.each([
    ['const', true],
    ['const', false],
    ['external', true],
    ['native', false],
    ['handles', false],
    ['lru', true],
    ['steady', false],
    ['ttl', false],
  ])('%s, probed: %s', (kind, probed) => {
    const series = lifeOf(kind, 601, probed);
    const report = reportOf([series]);
    for (const verdict of byLibrary(series).verdicts()) {
      const channel = channelOf(report, verdict.channel);
      expect(channel.verdict).toBe(verdict.kind);
      if (verdict.kind === 'leaking') {
        expect(channel).toMatchObject({ basis: verdict.basis, falsifiers: verdict.falsifiers });
        for (const end of ['perInvocation', 'low', 'high'] as const) expect(channel.slope![end]).toBeCloseTo(verdict.slope[end], 6);
        expect(channel.start!.invocation).toBe(verdict.startedAtInvocation);
      }
    }
  });
});

test('a leak that forced collections show is one finding with pace, start, time left and what would have refuted it', () => {
  const report = reportOf([lifeOf('const', 601, true), lifeOf('const', 601, true, 1)]);
  const findings = findingsOf(report, 'memory-growth');
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({ headline: 'GROWING', certainty: 'proven', gates: ['leak', 'any'] });
  expect(findings[0]!.why).toContain('2 of 2 sandboxes');
  expect(findings[0]!.why).toContain('no bound seen so far');
  expect(findings[0]!.why).not.toMatch(/leak/i);
  const heap = channelOf(report, 'heap');
  expect(heap.slope!.low).toBeLessThan(heap.slope!.high);
  expect(heap.invocationsToLimit!.low).toBeGreaterThan(0);
  expect(heap.msToLimit!.low).toBeGreaterThan(heap.invocationsToLimit!.low);
  expect(report.memory[0]).toMatchObject({ owner: 'heap', growth: { kind: 'leaking' } });
  // Section, channel and sentence have one answer to one question.
  expect(report.memory[0]!.invocationsToLimit).toEqual(heap.invocationsToLimit);
  const explained = renderExplanation(findings[0]!.id, report, { width: 120 })!;
  for (const part of ['heap began', 'heap full', 'would have refuted it', 'to decide']) expect(explained).toContain(part);
  expect(renderText(report, { width: 120 })).not.toMatch(/leaking/i);
  expect(reportFromJson(JSON.parse(JSON.stringify(reportToJson(report)))).memory[0]!.channels).toEqual(report.memory[0]!.channels);
});

test.each(['lru', 'warmup', 'steady'])('a %s is no finding, however high it went', (kind) => {
  for (const probed of [true, false]) {
    const report = reportOf([lifeOf(kind, 602, probed), lifeOf(kind, 602, probed, 1)]);
    expect(findingsOf(report, 'memory-growth')).toEqual([]);
    expect(report.memory[0]!.channels!.map(({ verdict }) => verdict)).not.toContain('leaking');
  }
});

test('a sandbox that fills while the process of the function does not is filled by another process', () => {
  const climbing = (n: number) => 90 + Math.floor(n / 20);
  const steady = (sandbox: number): Series => {
    const life = lifeOf('steady', 603, false, sandbox);
    return { ...life, samples: life.samples.map((sample) => ({ ...sample, rssBytes: 80 * 1_048_576 })) };
  };
  const lives = [steady(0), steady(1)];
  expect(reportOf(lives, climbing).memory[0]!.owner).toBe('another-process');
  const [finding] = findingsOf(reportOf(lives, climbing), 'memory-growth');
  expect(finding!.why).toContain('an extension or a child process');
  // Its healthy twin, and one whose own process climbs as much as the sandbox does.
  expect(reportOf(lives).memory[0]!.owner).toBeUndefined();
  const own = lives.map((life) => ({
    ...life,
    samples: life.samples.map((sample) => ({ ...sample, rssBytes: (climbing(sample.invocationNumber) - 10) * 1_048_576 })),
  }));
  expect(reportOf(own, climbing).memory[0]!.owner).not.toBe('another-process');
});

test('two processes of one stream are two lives, and neither is judged by the other’s memory', () => {
  const half = simulateHeap('steady', 604, { probed: false, invocations: 700 });
  const [first, second] = [attemptsOf(half, 0), attemptsOf(half, 700)];
  const restart = { ...second[0]!, agent: `${initLine({ requestId: requestId(701) })}\n${second[0]!.agent}` };
  const report = reportOfLines(linesOf([[...first, restart, ...second.slice(1)]]));
  expect(channelOf(report, 'heap').verdict).not.toBe('leaking');
  expect(channelOf(report, 'native')).toMatchObject({ verdict: 'stable', judgedCount: 2 });
});

test('a server that tells of windows only is followed by its requests', () => {
  const windowsOf = (externalOf: (request: number) => number) =>
    Array.from({ length: 120 }, (_, i) => {
      const request = 20 * (i + 1);
      const memory = { heapUsedAfterBytes: whole(30e6 + (i % 7) * 1e6), externalBytes: whole(externalOf(request)) };
      return {
        atMs: Number.NaN,
        text: winLine(i + 1, NIGHT_MS + i * 10_000, { sandboxId: 'host:1', serviceName: 'orders', requestCount: 20, memory }),
      };
    });
  const leaking = channelOf(
    reportOfLines(
      windowsOf((request) => 2e6 + 12_000 * request),
      {},
    ),
    'external',
  );
  expect(leaking.verdict).toBe('leaking');
  expect(leaking.slope!.perInvocation).toBeCloseTo(12_000, -3);
  const filled = channelOf(
    reportOfLines(
      windowsOf((request) => 2e6 + 12_000 * Math.min(request, 900)),
      {},
    ),
    'external',
  );
  expect(['growing-but-bounded', 'stable', 'insufficient-data']).toContain(filled.verdict);
});

test('a life too short for any verdict says how many invocations are missing', () => {
  const report = reportOf([simulateHeap('const', 605, { probed: false, invocations: 60 })]);
  const heap = report.memory[0]?.channels?.[0];
  expect(heap).toMatchObject({ channel: 'heap', verdict: 'insufficient-data', toDecide: expect.stringContaining('60 of 120') });
});

test('of very many lives the same ones are kept, whoever adds them up and in whatever order', () => {
  const evidence = { file: 0, place: 0, atMs: NIGHT_MS };
  const lives = Array.from(
    { length: 900 },
    (_, i): MemoryLife => ({
      logStream: `sandbox-${i}`,
      epoch: 0,
      threadId: undefined,
      firstInvocation: 1,
      lastInvocation: 200,
      firstMs: NIGHT_MS,
      lastMs: NIGHT_MS,
      probeCount: 0,
      verdicts: [
        i % 2 === 0 ? { kind: 'stable', channel: 'heap', basis: 'passive' } : { kind: 'insufficient-data', channel: 'heap', missing: '' },
      ],
      startedMs: {},
      residentGainBytes: undefined,
      evidence: [evidence, evidence],
    }),
  );
  const keptOf = (parts: readonly (readonly MemoryLife[])[]) => {
    const all = { lifeCount: 0, kept: [] as MemoryLife[] };
    for (const part of parts) addLives(all, part.length, part);
    expect(all.lifeCount).toBe(900);
    return all.kept.map(({ logStream }) => logStream).sort();
  };
  const kept = keptOf([lives]);
  expect(keptOf([lives.slice(500).reverse(), lives.slice(0, 500)])).toEqual(kept);
  expect(keptOf(lives.toReversed().map((life) => [life]))).toEqual(kept);
  expect(kept.length).toBeLessThan(300);
  expect(kept.every((name) => Number(name.slice('sandbox-'.length)) % 2 === 0)).toBe(true);
});
