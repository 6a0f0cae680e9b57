/**
 * A long-running process as the host of invocations: wires what is served, what is measured and where it goes.
 *
 * The program sees nothing of it: no listener that changes an end, no handle that keeps the process alive, nothing on its
 * standard output unless that is where its records were wanted.
 */

import { getHeapStatistics } from 'node:v8';
import { isMainThread, threadId } from 'node:worker_threads';
import type { Agent } from '../../agent.ts';
import { AGENT_VERSION } from '../../emit/agent-version.ts';
import type { Sink } from '../../emit/sink.ts';
import { unheardSockets } from '../../measure/live-sockets.ts';
import { encodeInit } from '../../record/init-record.ts';
import { encodeNote } from '../../record/note-record.ts';
import { bytes, epochMilliseconds, milliseconds } from '../../record/units.ts';
import { serveRequests } from './http-requests.ts';
import { watchHttp2 } from './http2-requests.ts';
import { onFirstIdleTurn } from './idle-turn.ts';
import { nearestPackage } from './nearest-package.ts';
import { createObserve } from './observe-job.ts';
import { watchEnd } from './process-end.ts';
import { createProcessVitals } from './process-vitals.ts';
import { takeWindow } from './process-window.ts';
import { sandboxId as nameSandbox } from './sandbox-id.ts';
import { serviceName as nameService } from './service-name.ts';
import { serviceVersion as nameVersion } from './service-version.ts';
import { ringEvery } from './window-clock.ts';
import { createWorkContext } from './work-context.ts';
import { createWorkLedger } from './work-ledger.ts';
import { openWorkRecorder, type WorkRecorder } from './work-recorder.ts';

/** Taken before the host, or a drill, can change it. */
const { now: epochNow } = Date;

export type OpenSink = (
  agent: Agent,
  sandbox: { readonly sandboxId: string; readonly serviceName: string; readonly functionVersion?: string | undefined },
) => Sink;

/** @param beganMs  when the agent began, on the clock of `performance.now()` */
export function hostProcess(agent: Agent, openSink: OpenSink, beganMs: number): void {
  const { settings } = agent;
  if (settings.sink === 'off') return;
  const ofProgram = nearestPackage(process.argv[1]);
  const speaker = {
    sandboxId: nameSandbox(),
    threadId: threadId || undefined,
    serviceName: nameService(settings.serviceName, process.argv[1], ofProgram),
    functionVersion: nameVersion(settings.serviceVersion, agent.environment?.OTEL_RESOURCE_ATTRIBUTES, ofProgram),
  };
  const origin = speaker.threadId ? `${speaker.sandboxId}-t${speaker.threadId}` : speaker.sandboxId;
  /** From `performance.now()` to epoch; asked anew with each window, because clocks are set. */
  let epochOffsetMs = epochNow() - performance.now();
  let windowBeganMs = 0;
  let sequence = 0;
  let agentMs = 0;
  let sink: Sink | undefined;
  let recorder: WorkRecorder | undefined;
  /** What is to be said before there is a sink. */
  const waiting: string[] = [];

  const context = createWorkContext(Number.parseInt(process.versions.node, 10));
  const vitals = createProcessVitals(settings.windowMs);
  const ledger = createWorkLedger(agent, {
    origin,
    epochOffsetMs: () => epochOffsetMs,
    changed: settings.stateDirectory ? (nowMs) => recorder?.file?.changed(nowMs) : undefined,
    send: (finished, calls) => sink?.work(finished, calls),
  });

  agent.sandboxId = speaker.sandboxId;
  const toStdout = agent.writeLine;
  agent.writeLine = (line) => {
    if (sink) sink.line(line);
    else if (waiting.length < LINES_KEPT) waiting.push(line);
  };
  agent.note = (about, note) => {
    const { sandboxId, threadId } = speaker;
    agent.writeLine(encodeNote({ kind: 'note', about, note, sandboxId, threadId, atEpochMs: epochMilliseconds(epochNow()) }));
  };
  agent.currentWork = context.current;
  agent.worksUnderWay = () => ledger.open.count;
  agent.callListeners.push(ledger.hearCall);
  agent.observe = createObserve((name) => {
    const work = agent.quietly('job', () => {
      const begun = ledger.newWork(String(name));
      ledger.begin(begun);
      return begun;
    });
    return (
      work && {
        run: (fn) => context.run(work, fn),
        end: (failure) => agent.quietly('job', () => ledger.endJob(work, failure)),
      }
    );
  });
  if (settings.stateDirectory) {
    agent.quietly('recorder', () => {
      recorder = openWorkRecorder(settings.stateDirectory, {
        ...speaker,
        open: ledger.open,
        openCalls: ledger.openCalls,
        epochOffsetMs: () => epochOffsetMs,
        onLimit: (why) => agent.note('limit', why),
      });
      waiting.push(...recorder.deathLines);
    });
  }
  serveRequests(agent, context, ledger);
  const http2 = watchHttp2(agent, context, ledger);
  watchEnd(isMainThread, {
    onSignal: () => last('signal', sayLast),
    onIdle: () =>
      last('beforeExit', () => {
        closeWindow();
        void sink?.flush(LAST_FLUSH_MS);
      }),
    onExit: () =>
      last('exit', () => {
        sayLast();
        if (!isMainThread) recorder?.file?.remove();
      }),
  });
  const windows = ringEvery(settings.windowMs, () => {
    if (agent.isOn()) agent.quietly('window', closeWindow);
    else windows.stop();
  });
  onFirstIdleTurn(() =>
    agent.quietly('sink', () => {
      openTheSink();
      vitals.watchLoopDelay();
      http2.look();
    }),
  );
  agentMs = performance.now() - beganMs;

  function openTheSink(): void {
    if (sink) return;
    // Its lines go where the agent's went before: to the standard output, if that is where they were wanted.
    const opened = openSink(Object.create(agent, { writeLine: { value: toStdout } }), speaker);
    opened.line(initLine());
    for (const line of waiting.splice(0)) opened.line(line);
    sink = opened;
  }

  function initLine(): string {
    const stats = getHeapStatistics();
    const { firstBegunMs } = ledger;
    return encodeInit({
      kind: 'init',
      ...speaker,
      startedAtEpochMs: epochMilliseconds(Math.round(performance.timeOrigin)),
      predecessor: recorder?.verdict,
      processId: process.pid,
      architecture: process.arch,
      heapLimitBytes: bytes(stats.heap_size_limit),
      nodeVersion: process.versions.node,
      agentVersion: AGENT_VERSION,
      untilAgentMs: milliseconds(beganMs),
      agentMs: milliseconds(agentMs),
      untilInvocationMs: firstBegunMs === undefined ? undefined : milliseconds(firstBegunMs),
      memory: { heapUsedAfterBytes: bytes(stats.used_heap_size), externalBytes: bytes(stats.external_memory) },
    });
  }

  function closeWindow(): void {
    if (!sink) return;
    lookForSockets();
    const nowMs = performance.now();
    const span = { fromEpochMs: windowBeganMs + epochOffsetMs, lengthMs: nowMs - windowBeganMs, sequence: ++sequence };
    windowBeganMs = nowMs;
    sink.window(takeWindow(agent, speaker, span, ledger, vitals, agent.takeLostLines() + sink.takeLost()));
    epochOffsetMs = epochNow() - performance.now();
    http2.look();
  }

  /** A program may open all of its connections by hand, and no channel tells of those on Node 20. */
  function lookForSockets(): void {
    if (!agent.liveSockets && unheardSockets(agent).length > 0) agent.wakeCalls?.({}, '');
  }

  /** A process that has done nothing worth telling, a short script for instance, ends without a word. */
  function sayLast(): void {
    if (!sink && (ledger.firstBegunMs !== undefined || waiting.length > 0)) openTheSink();
    closeWindow();
    sink?.flushSync();
    recorder?.file?.lastWord();
  }

  /** Also when the agent has turned itself off: what was measured before that is still to be handed over. */
  function last(what: string, hook: () => void): void {
    if (agent.isOn()) {
      agent.quietly(what, hook);
      return;
    }
    try {
      sink?.flushSync();
    } catch {}
  }
}

/** Lines before there is a sink; more would be a program that says the same thing over and over. */
const LINES_KEPT = 100;
const LAST_FLUSH_MS = 500;
