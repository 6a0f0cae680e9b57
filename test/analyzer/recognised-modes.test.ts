/** What a mode is named by beside its own words: whose calls fail, what a loop did when it was late, when an outage was over. */
import { describe, expect, test } from 'vitest';
import { recogniseModes } from '../../analyzer/src/failures/catalogue.ts';
import type { CallObservation, ComponentObservations } from '../../analyzer/src/failures/component-observations.ts';
import { failureStretches } from '../../analyzer/src/failures/failure-stretches.ts';
import { sandboxSpreads } from '../../analyzer/src/recovery/sandbox-spread.ts';
import { AttemptSeries } from '../../analyzer/src/store/attempt-series.ts';
import { FailureTimeline } from '../../analyzer/src/store/failure-timeline.ts';
import { addConfiguration, addSandbox, emptySummary } from '../support/summary-builder.ts';

const component = (told: Partial<ComponentObservations>): ComponentObservations => ({
  component: 'shop',
  archetypes: [],
  requestCount: 1_000,
  ...told,
});
const named = (told: Partial<ComponentObservations>) =>
  recogniseModes({ components: [component(told)] }).flatMap(({ modeId, certainty }) =>
    certainty === 'cannot-tell' ? [] : [`${modeId} ${certainty}`],
  );
const call = (peer: string, told: Partial<CallObservation> = {}): CallObservation => ({ peer, callCount: 1_000, errorCount: 0, ...told });

describe('an outage of a peer', () => {
  const over = { episodeCount: 1, longestEpisodeMs: 20_000, shareInEpisode: 0.95, isOverBeforeEnd: true };
  const wordless = { text: 'error answer', count: 400, isWordless: true as const, ...over };
  const refused = { text: 'Error connect ECONNREFUSED 10.0.3.7:443', count: 400, dependency: '10.0.3.7:443', ...over };

  test('is named by the calls that fail as often, where the error tells an address', () => {
    const [found] = recogniseModes({ components: [component({ errors: [refused], calls: [call('mailer', { errorCount: 1_200 })] })] });
    expect(found).toMatchObject({ modeId: 'dependency-outage', certainty: 'shown' });
    expect(found!.evidence.join()).toContain('mailer');
  });

  test('without the words of an error it is a suspicion; lines that name no request are its words', () => {
    const calls = [call('mailer', { errorCount: 1_200 })];
    expect(named({ errors: [wordless], calls })).toEqual(['dependency-outage suspected']);
    const words = { text: 'Error connect ECONNREFUSED 10.0.3.7:443', count: 400, isOnlyLogged: true as const };
    expect(named({ errors: [wordless, words], calls })).toEqual(['dependency-outage shown']);
  });

  test.each([
    ['no call fails', [call('mailer')]],
    ['too few calls fail', [call('mailer', { errorCount: 90 })]],
    ['two peers fail alike', [call('mailer', { errorCount: 500 }), call('prices', { errorCount: 400 })]],
  ])('is not named where %s', (_what, calls) => {
    expect(named({ errors: [wordless], calls })).toEqual([]);
  });

  test('is not named where the name of the peer does not resolve', () => {
    const words = { text: 'Error getaddrinfo ENOTFOUND mailer.internal', count: 400, isOnlyLogged: true as const };
    expect(named({ errors: [wordless, words], calls: [call('mailer', { errorCount: 1_200 })] })).toEqual(['dns-failure proven']);
  });

  test('stands before the retries that it brings about', () => {
    const calls = [call('mailer', { callCount: 1_600, errorCount: 1_200, retryCount: 800, callRateRatio: 3, inboundRateRatio: 1 })];
    expect(named({ errors: [refused], calls })).toEqual(['dependency-outage shown', 'retry-storm shown']);
  });
});

describe('a loop that stands still again and again', () => {
  const blocked = { delayP99Ms: 300, busyShare: 0.45, processorShare: 0.4, gcShare: 0.01 };
  const late = { lateWindowCount: 12, busyShareWhenLate: 0.8, processorShareWhenLate: 0.75 };
  const nearLimit = call('mailer', { nearLimitCount: 30 });

  test('is named by its late windows, and takes the name from the calls that it made late', () => {
    expect(named({ loop: { ...blocked, ...late }, calls: [nearLimit] })).toEqual(['event-loop-block shown']);
    expect(named({ loop: { ...blocked, lateWindowCount: 0 }, calls: [nearLimit] })).toEqual(['slow-not-down shown']);
  });

  test.each([
    ['it was late once', { lateWindowCount: 2 }],
    ['it was idle when it was late', { busyShareWhenLate: 0.3 }],
    ['somebody else had the processor', { processorShareWhenLate: 0.2 }],
  ])('is not named where %s', (_what, told) => {
    expect(named({ loop: { ...blocked, ...late, ...told } })).toEqual([]);
  });

  test('is suspected where others had the processor and it is late by the same time each time', () => {
    const starved = { ...blocked, ...late, processorShareWhenLate: 0.2 };
    expect(named({ loop: { ...starved, usualLatenessMs: 300, usualLatenessShare: 0.75 } })).toEqual(['event-loop-block suspected']);
    expect(named({ loop: { ...starved, usualLatenessMs: 300, usualLatenessShare: 0.2 } })).toEqual([]);
    expect(named({ loop: { ...starved, lateWindowCount: 4, usualLatenessMs: 300, usualLatenessShare: 0.75 } })).toEqual([]);
  });

  test('is not named where collections took the time', () => {
    expect(named({ loop: { ...blocked, ...late, gcShare: 0.4 } })).toEqual([]);
  });
});

describe('a call without a time limit that helps', () => {
  const timedOut = (waitedShare: number | undefined, timeLimit: CallObservation['timeLimit'] = 'unknown') =>
    named({ timeoutCount: 4, openCallsAtTimeout: [{ peer: 'payments', count: 4, waitedShare }], calls: [call('payments', { timeLimit })] });

  test('is named where it had waited nearly all the time that the function has, and stands before the timeout', () => {
    expect(timedOut(0.96)).toEqual(['missing-timeout shown', 'function-timeout proven']);
  });

  test.each([
    ['began late', timedOut(0.3)],
    ['waited nobody knows how long', timedOut(undefined)],
    ['has a limit', timedOut(0.96, 'set')],
  ])('is not named where the call that was open %s', (_what, found) => {
    expect(found).toEqual(['function-timeout proven']);
  });
});

describe('a bad item', () => {
  const messages = {
    receivedCount: 200,
    highestReceiveCount: 3,
    wholeBatchReturnCount: 12,
    partialReplyCount: 0,
    failedItemCount: 20,
    recurringItemCount: 5,
  };

  test('is named, and not where its batches come back because a peer fails', () => {
    expect(named({ messages, calls: [call('payments', { errorCount: 12 })] })).toEqual(['poison-batch shown']);
    expect(named({ messages, calls: [call('payments', { callCount: 200, errorCount: 12 })] })).toEqual([]);
  });

  test('fails wherever it is delivered: where only one part fails, it is that part', () => {
    const spread = { by: 'sandbox', groupCount: 4, topRequestShare: 0.2, failureCount: 12 };
    expect(named({ messages, spread: { ...spread, topFailureShare: 1 } })).toEqual(['partial-outage shown']);
    expect(named({ messages, spread: { ...spread, topFailureShare: 0.4 } })).toEqual(['poison-batch shown']);
  });
});

describe('a part that fails alone', () => {
  /** @param streams  of each sandbox, its processes one after the other: requests and failures */
  const spreadOf = (streams: Readonly<Record<string, readonly (readonly [requests: number, failures: number])[]>>) => {
    const summary = emptySummary();
    const configuration = addConfiguration(summary, {});
    for (const [logStream, processes] of Object.entries(streams))
      for (const [epoch, [invocationCount, failedCount]] of processes.entries())
        addSandbox(summary, configuration, { logStream, epoch, invocationCount, failedCount });
    return sandboxSpreads(summary)[0];
  };
  const killed = Array.from({ length: 8 }, () => [10, 1] as const);

  test('is one also where its process is killed and started anew each time', () => {
    const spread = spreadOf({ a: killed, b: [[90, 0]], c: [[85, 0]], d: [[95, 0]] });
    expect(spread).toMatchObject({ groupCount: 4, failureCount: 8, topFailureShare: 1 });
    expect(named({ spread })).toEqual(['partial-outage shown']);
  });

  test('is none where every part loses a process now and then, nor where there is only one', () => {
    const each = [[45, 2] as const, [45, 0] as const];
    expect(named({ spread: spreadOf({ a: each, b: each, c: each, d: each }) })).toEqual([]);
    expect(spreadOf({ a: [...killed, [300, 0]] })).toBeUndefined();
  });
});

test('what turns people away is told before what only may, however sure that is', () => {
  const errors = [{ text: 'Error timeout acquiring a connection from the connection pool', count: 300 }];
  expect(named({ errors, calls: [call('mailer', { nearLimitCount: 30 })] })).toEqual(['pool-exhaustion suspected', 'slow-not-down shown']);
});

describe('unbroken runs of a failure', () => {
  /** @param seconds  of each second: attempts, and how many failed */
  const stretchesOf = (seconds: readonly (readonly [attempts: number, failures: number])[]) => {
    const exposed = new AttemptSeries(0);
    const failure = new FailureTimeline(0);
    for (const [second, [attempts, failures]] of seconds.entries()) {
      const atMs = START_MS + second * 1_000;
      if (attempts > 0) exposed.add(atMs, [], attempts);
      for (let i = 0; i < failures; i++) failure.add({ atMs, values: [] });
    }
    return failureStretches(exposed, failure);
  };
  const START_MS = 1_800_000_000_000;
  const well = (count: number) => Array.from({ length: count }, () => [20, 0] as const);
  const down = (count: number) => Array.from({ length: count }, () => [20, 19] as const);

  test('an outage of twenty seconds is one run, and over as soon as enough went well', () => {
    expect(stretchesOf([...well(5), ...down(20), ...well(6)])).toEqual({
      ...{ count: 1, longestMs: 20_000, failureCount: 380, exposedCount: 400 },
      ...{ clearedCount: 120, isOver: true },
    });
  });

  test('one that goes on is not over, and neither is one after which nobody asked', () => {
    expect(stretchesOf([...well(5), ...down(20)])?.isOver).toBe(false);
    expect(stretchesOf([...down(20), [3, 0]])?.isOver).toBe(false);
  });

  test('two outages are two runs', () => {
    expect(stretchesOf([...down(5), ...well(30), ...down(5), ...well(30)])?.count).toBe(2);
  });

  test('one failure in a hundred is one long run that nothing ends', () => {
    const now = Array.from({ length: 60 }, (_, second) => [20, second % 5 === 0 ? 1 : 0] as const);
    expect(stretchesOf([...now, ...well(2)])).toMatchObject({ count: 1, isOver: false });
  });

  test('of a long input nothing is told by the second', () => {
    expect(stretchesOf(Array.from({ length: 9_000 }, (_, second) => [1, second === 100 ? 1 : 0] as const))).toBeUndefined();
  });
});
