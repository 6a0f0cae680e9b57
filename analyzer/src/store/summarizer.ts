/**
 * Adds attempts up: the hot end of the pipeline. Everything here is a count, a sum or a maximum.
 */
import type { AgentRecord, DeathRecord } from '@nightlight/agent/record';
import type { DeadAttempt, InitLines, Invocation, InvocationSink, Sandbox } from '../assemble/index.ts';
import type { Anomaly } from '../parse/anomaly.ts';
import type { ParseLedger } from '../parse/event-parser.ts';
import type { FactTable } from '../parse/facts.ts';
import type { ParsedState } from '../parse/parsed-state.ts';
import type { StreamScan } from '../parse/stream-scan.ts';
import type { MetricPoint, SkipReason } from '../read/event-sink.ts';
import { atOnce, mapInSteps, type Steps } from '../steps.ts';
import { AgentLedger } from './agent-ledger.ts';
import type { AttemptWatcher } from './attempt-watcher.ts';
import { configurationKey } from './configuration-key.ts';
import { countAttempt } from './count-attempt.ts';
import { noteDrilled, withoutDrilled } from './drilled.ts';
import { attemptsOf, configurationOf, emptyFile, emptySummary } from './empty-summary.ts';
import { addRise } from './envelope.ts';
import { keepEarliest } from './evidence-list.ts';
import { addable } from './exact-sum.ts';
import { evidenceOf, FAILED, noteFailures, noteLooseError } from './failure-counts.ts';
import { FailureKeys } from './failure-keys.ts';
import type { ItemKeys } from './item-keys.ts';
import { type Forgotten, type KeptAtMost, keepWithin } from './keep-within.ts';
import { Lane } from './lane.ts';
import { countNamed } from './named-counts.ts';
import { noteAttempt, servedValues } from './note-attempt.ts';
import { ProcessCounts } from './process-counts.ts';
import { RequestKeys } from './request-keys.ts';
import { RestingSandboxes } from './resting-sandboxes.ts';
import { ageOf } from './sandbox-ages.ts';
import { noteSlow, slowestBoundOf } from './slowest.ts';
import type { ConfigurationSummary, SandboxSummary, Summary } from './summary.ts';
import { NO_LIMITS, OTHER_FUNCTIONS, type SummaryLimits } from './summary-limits.ts';
import { TimelineKeeper } from './timeline-keeper.ts';
import { countTrace } from './trace-sample.ts';

/** Some milliseconds each. */
const PARTS_A_STEP = 32;
const SMALL_PARTS_A_STEP = 256;
/** Name of functions that neither the export nor `--function` names. */
const UNNAMED = '(unnamed)';

export class Summarizer implements InvocationSink, ParseLedger {
  readonly summary: Summary;
  /** Function name -> keys of all its attempts, for the retry join. */
  readonly requestKeys = new Map<string, RequestKeys>();
  readonly #failureKeys = new Map<string, FailureKeys>();
  readonly #agent: AgentLedger;
  readonly #timelines: TimelineKeeper;
  readonly #limits: SummaryLimits;
  readonly #resting = new RestingSandboxes();
  #parser: ParsedState | undefined;
  /** By stream handle; forgotten when the parser forgets its streams. */
  #lanes: Lane[] = [];
  /** Whether requests that a drill touched count like any other. */
  countsDrills = false;
  /** Is shown each attempt as it is counted; nobody in a batch. */
  watcher: AttemptWatcher | undefined;

  /** @param summary  to add to; an empty one when absent */
  constructor(summary: Summary = emptySummary(), limits: SummaryLimits = NO_LIMITS) {
    this.summary = summary;
    this.#limits = limits;
    this.#agent = new AgentLedger(summary);
    this.#timelines = new TimelineKeeper(summary.timelines);
  }

  /** The parser knows stream names, failure kinds and request ids; set before the first event. */
  attach(parser: ParsedState): void {
    this.#parser = parser;
  }

  /** One in the same state, whose streams can be closed while this one goes on adding. */
  *copySteps(parser: ParsedState, copy: <T>(value: T) => T): Steps<Summarizer> {
    const { configurations, failures, timelines, attempts, callMinutes, sandboxes } = this.summary;
    // Each is copied once: what was copied piece by piece is not copied again with the whole.
    for (const parts of [configurations, failures, timelines, attempts, callMinutes])
      yield* mapInSteps<unknown, unknown>([...parts.values()], PARTS_A_STEP, copy);
    yield* mapInSteps(sandboxes, SMALL_PARTS_A_STEP, copy);
    const made = new Summarizer(copy(this.summary), this.#limits);
    yield;
    made.attach(parser);
    made.countsDrills = this.countsDrills;
    yield* mapInSteps([...this.requestKeys], PARTS_A_STEP, ([name, keys]) => made.requestKeys.set(name, copy(keys)));
    made.#agent.copyItemKeys(this.#agent, copy);
    yield* mapInSteps(this.#lanes, SMALL_PARTS_A_STEP, copy);
    made.#lanes = copy(this.#lanes);
    return made;
  }

  /** Function name -> keys of items, for the search for duplicates. */
  get itemKeys(): ReadonlyMap<string, ItemKeys> {
    return this.#agent.itemKeys;
  }

  invocation(invocation: Invocation): void {
    const drillId = invocation.record?.drillId;
    if (drillId !== undefined && !this.countsDrills) {
      // Of a long-running process the windows count them, all of them.
      if (!invocation.fromRecord) noteDrilled(this.summary, drillId, 1);
      return;
    }
    const lane = this.#laneOf(invocation.sandbox, invocation);
    const configuration = lane.configuration!;
    const sandbox = lane.sandbox!;
    const { status, durationMs, startMs } = invocation;
    const failed = FAILED[status];
    const endMs = !Number.isNaN(invocation.endMs) ? invocation.endMs : startMs;

    // An envelope without times leaves the range to what the attempts tell.
    const { summary } = this;
    if (startMs < summary.firstMs) summary.firstMs = startMs;
    if (endMs > summary.lastMs) summary.lastMs = endMs;
    sandbox.invocationCount++;
    if (failed) sandbox.failedCount++;
    if (startMs < sandbox.firstMs) sandbox.firstMs = startMs;
    if (endMs > sandbox.lastMs) sandbox.lastMs = endMs;
    if (startMs < configuration.firstMs) configuration.firstMs = startMs;
    if (endMs > configuration.lastMs) configuration.lastMs = endMs;

    const cold = invocation.initKind !== undefined;
    if (durationMs >= lane.slowestBound) noteSlow(lane, invocation, this.#parser!.ids);
    let bucket = -1;
    // A process that only the agent speaks of may count by stretches of time; which it is is known at its end.
    const isServed = invocation.fromRecord && (status === 'success' || status === 'error');
    // What a process counts by stretches is exposed by stretches, too: of their attempts only some are told one by one.
    const values = isServed ? servedValues(configuration.version, startMs) : noteAttempt(lane, startMs, cold, failed, invocation);
    if (isServed) {
      lane.served ??= new ProcessCounts();
      lane.served.addSingle(invocation.record?.threadId, startMs, durationMs, failed, cold);
    } else {
      if (!invocation.fromRecord) lane.hasPlatformLines = true;
      bucket = countAttempt(configuration, invocation);
    }
    this.#noteMemory(lane, invocation.maxMemoryMb, endMs, invocation.file, invocation.place);
    lane.keys!.add(
      invocation.id0,
      invocation.id1,
      invocation.id2,
      invocation.id3,
      failed,
      invocation.hasReport,
      invocation.file,
      invocation.place,
    );
    if (!Number.isNaN(invocation.timeoutMs)) configuration.timeoutMs = Math.max(configuration.timeoutMs || 0, invocation.timeoutMs);
    if (cold) this.#noteInit(lane, invocation);
    const band = ageOf(sandbox);
    if (bucket >= 0) configuration.hours.add(startMs, bucket, band);
    if (band >= 0 && !invocation.fromRecord) configuration.ages.add(band, bucket, failed);
    if (failed || invocation.loggedKinds.length > 0)
      noteFailures(this.summary, this.#timelines, lane, invocation, this.#parser!.failureKinds.kinds, values, this.#limits.failures);
    if (invocation.record !== undefined || invocation.death !== undefined) this.#agent.attempt(lane, invocation);
    const traceId = invocation.details?.traceId ?? invocation.record?.traceId;
    if (traceId !== undefined) countTrace(this.summary.traces, configuration.functionName, traceId, failed);
    this.watcher?.attempt(configuration, sandbox, invocation);
    if (status === 'unfinished') sandbox.openAtEnd = { n: sandbox.invocationCount, atMs: startMs, evidence: evidenceOf(invocation) };
    else if (sandbox.openAtEnd !== undefined) delete sandbox.openAtEnd;
  }

  plainInvocation(from: Sandbox, table: FactTable, row: number): boolean {
    const lane = this.#lanes[from.stream];
    if (lane === undefined || lane.from !== from || table.memorySizeMb[row] !== lane.memorySizeMb) return false;
    if (table.version[row] !== lane.versionNumber) return false;
    const configuration = lane.configuration!;
    const sandbox = lane.sandbox!;
    const startMs = table.atMs[row]!;
    const endMs = table.endMs[row]!;
    const durationMs = table.durationMs[row]!;
    const billedMs = table.billedMs[row]!;
    if (durationMs >= lane.slowestBound || !(startMs >= sandbox.firstMs) || !(endMs >= startMs)) return false;
    const minutes = configuration.minutes;
    const minute = minutes.at(startMs);
    if (minute < 0) return false;
    configuration.invocationCount++;
    configuration.statusCounts.success++;
    sandbox.invocationCount++;
    if (endMs > sandbox.lastMs) sandbox.lastMs = endMs;
    if (startMs < configuration.firstMs) configuration.firstMs = startMs;
    if (endMs > configuration.lastMs) configuration.lastMs = endMs;
    const addableMs = addable(durationMs);
    configuration.durationMsSum += addableMs;
    const bucket = configuration.warm.record(durationMs);
    const band = ageOf(sandbox);
    configuration.hours.add(startMs, bucket, band);
    if (band >= 0) configuration.ages.add(band, bucket, false);
    configuration.billedCount++;
    configuration.billedMsSum += billedMs;
    minutes.invocations[minute]! += 1;
    minutes.busyMs[minute]! += addableMs;
    minutes.billedMs[minute]! += billedMs;
    this.#noteMemory(lane, table.maxMemoryMb[row]!, endMs, table.file[row]!, table.place[row]!);
    lane.keys!.add(table.id0[row]!, table.id1[row]!, table.id2[row]!, table.id3[row]!, false, true, table.file[row]!, table.place[row]!);
    this.watcher?.plainAttempt(configuration, startMs, durationMs);
    if (lane.isAfterFailure) noteAttempt(lane, startMs, false, false, undefined);
    else lane.run.addPlain(lane.attempts!, configuration.version, band < 0 ? Number.NaN : sandbox.invocationCount - 1, startMs);
    if (sandbox.openAtEnd !== undefined) delete sandbox.openAtEnd;
    return true;
  }

  unusedInit(from: Sandbox, init: InitLines): void {
    const lane = this.#laneOf(from, undefined);
    const failed = init.status === 'error' || init.status === 'timeout' || init.errorCount > 0;
    const evidence = { file: init.file, place: init.place, atMs: init.atMs };
    lane.configuration!.inits.push({
      atMs: init.atMs,
      kind: from.epoch > 0 ? 'restart' : 'unknown',
      durationMs: init.durationMs,
      billedMs: Number.NaN,
      status: init.status === 'timeout' ? 'timeout' : failed ? 'error' : 'unknown',
      invocationMs: Number.NaN,
      evidence,
    });
  }

  looseError(functionName: string, version: string | undefined, kind: number, file: number, place: number, atMs: number): void {
    const told = this.#parser!.failureKinds.kinds[kind];
    if (told === undefined) return;
    const one = { functionName, version: version ?? '?', kind: told, evidence: { file, place, atMs } };
    noteLooseError(this.summary, one, this.#limits.failures);
  }

  extension(from: Sandbox, name: string): void {
    const lane = this.#laneOf(from, undefined);
    if (lane.extensions.has(name)) return;
    lane.extensions.add(name);
    const { extensions } = lane.configuration!;
    extensions.set(name, (extensions.get(name) ?? 0) + 1);
  }

  runtimeVersion(from: Sandbox, runtimeVersion: string, atMs: number): void {
    const versions = this.#laneOf(from, undefined).configuration!.runtimeVersions;
    const first = versions.get(runtimeVersion);
    if (first === undefined || atMs < first) versions.set(runtimeVersion, atMs);
  }

  logsDropped(records: number, file: number, place: number, atMs: number): void {
    this.summary.droppedRecords += records;
    this.anomaly('logs-dropped', file, place, atMs);
  }

  record(from: Sandbox, told: AgentRecord, file: number, place: number, atMs: number): void {
    const lane = this.#laneOf(from, undefined);
    const record = this.countsDrills || told.kind !== 'window' ? told : withoutDrilled(told, this.summary);
    this.#agent.record(lane, record, { file, place, atMs });
    if (record.kind === 'window') this.watcher?.window(lane.configuration!, lane.sandbox, record);
  }

  death(dead: DeadAttempt, record: DeathRecord, file: number, place: number, atMs: number): void {
    const lane = this.#lanes[dead.sandbox.stream];
    if (lane !== undefined) this.#agent.lateDeath(lane, dead, record, { file, place, atMs });
  }

  anomaly(kind: Anomaly, file: number, place: number, atMs: number): void {
    const known = this.summary.anomalies.get(kind);
    if (known === undefined) this.summary.anomalies.set(kind, { count: 1, evidence: [{ file, place, atMs }] });
    else {
      known.count++;
      keepEarliest(known.evidence, { file, place, atMs });
    }
  }

  unknownPlatform(what: string, file: number, place: number, atMs: number): void {
    countNamed(this.summary.unknownPlatform, what, file, place, atMs);
  }

  metric(point: MetricPoint, file: number, place: number): void {
    if (this.summary.metrics.length < MOST_METRICS) this.summary.metrics.push({ ...point, file, place });
    else this.summary.metricsDropped++;
  }

  took(file: number, byteCount: number): void {
    this.#file(file).tookBytes += byteCount;
  }

  skipped(file: number, reason: SkipReason, byteCount: number, place: number, found: string | undefined): void {
    const { skipped } = this.#file(file);
    const known = skipped.get(reason);
    if (known === undefined) skipped.set(reason, { count: 1, bytes: byteCount, firstPlace: place, found });
    else {
      known.count++;
      known.bytes += byteCount;
      known.found ??= found;
    }
  }

  /** Adds what the parser counted per stream; call after the assembler has closed them, before they are forgotten. */
  closeStreams(): void {
    atOnce(this.closeSteps());
  }

  /** As `closeStreams`. */
  *closeSteps(): Steps<void> {
    const parser = this.#parser!;
    yield* mapInSteps(parser.streams, SMALL_PARTS_A_STEP, (scan) => this.#closeStream(scan));
    this.#lanes = [];
    parser.forgetStreams();
  }

  /** Adds what the parser counted over everything; call once, at the end. */
  close(): void {
    const parser = this.#parser!;
    const { summary } = this;
    parser.eventMinutes.settle();
    for (const [minute, events] of parser.eventMinutes.counts)
      summary.eventMinutes.set(minute, (summary.eventMinutes.get(minute) ?? 0) + events);
    for (const shape of parser.unknownShapes.values()) {
      countNamed(summary.unknownShapes, shape.shape, shape.file, shape.place, shape.atMs, shape.count);
    }
    summary.eventCount += parser.eventCount;
    summary.platformLineCount += parser.platformLineCount;
    summary.applicationLineCount += parser.applicationLineCount;
    summary.firstMs = Math.min(summary.firstMs, parser.eventMinutes.firstMs);
    summary.lastMs = Math.max(summary.lastMs, parser.eventMinutes.lastMs);
  }

  /** One stream will not speak again, or not soon: it is closed as at the end of its file. */
  closeOne(scan: StreamScan): void {
    this.#closeStream(scan);
    delete this.#lanes[scan.handle];
  }

  /** Forgets what is old; the lanes that are open keep theirs. */
  keepWithin(most: KeptAtMost, fromMinute: number, nowMs: number, forgotten: Forgotten): void {
    const open = new Set<SandboxSummary>();
    for (const lane of this.#lanes) {
      if (lane === undefined) continue;
      if (lane.past.length > MOST_PAST) lane.past.splice(0, lane.past.length - MOST_PAST);
      for (const { sandbox } of lane.past) open.add(sandbox);
      lane.served?.forgetBefore(fromMinute);
    }
    keepWithin(this.summary, this.requestKeys, this.#resting, most, fromMinute, nowMs, open, forgotten);
  }

  /** Over the limit, everything new is one. */
  #configurationOf(functionName: string, version: string, memorySizeMb: number): ConfigurationSummary {
    const { configurations } = this.summary;
    const isNew =
      configurations.size >= this.#limits.configurations && !configurations.has(configurationKey(functionName, version, memorySizeMb));
    return isNew
      ? configurationOf(this.summary, OTHER_FUNCTIONS, '?', 0)
      : configurationOf(this.summary, functionName, version, memorySizeMb);
  }

  #file(file: number): Summary['files'][number] {
    const known = this.summary.files[file];
    if (known !== undefined) return known;
    const made = emptyFile('?');
    this.summary.files[file] = made;
    return made;
  }

  #closeStream(scan: StreamScan): void {
    const lane = this.#lanes[scan.handle];
    // Lines of nobody: a log of something else, or loose lines without a stream.
    if (lane === undefined && scan.functionName === undefined) return;
    if (lane !== undefined) {
      lane.run.end();
      this.#agent.close(lane);
    }
    // A stream in which no invocation was seen still costs its log volume.
    const configuration = lane?.configuration ?? this.#configurationOf(scan.functionName ?? UNNAMED, scan.version ?? '?', 0);
    configuration.logBytes += scan.logBytes;
    configuration.applicationLogBytes += scan.logBytes - scan.platformBytes;
    configuration.levelCounts.warn += scan.warnCount;
    configuration.levelCounts.error += scan.errorCount;
    configuration.levelCounts.fatal += scan.fatalCount;
    // In a stream of several versions nobody can say whose its first and last lines are.
    if (lane?.isMixed !== true) {
      if (scan.newestMs > configuration.lastMs) configuration.lastMs = scan.newestMs;
      if (scan.firstMs < configuration.firstMs) configuration.firstMs = scan.firstMs;
    }
    // Only at its end is it known whether an unnamed stream was one sandbox's.
    for (const { from, sandbox } of lane?.past ?? []) sandbox.isolated = from.isolated;
    if (lane?.sandbox !== undefined && scan.newestMs > lane.sandbox.lastMs) lane.sandbox.lastMs = scan.newestMs;
  }

  /** The running totals of a stream; a new epoch or another configuration starts new ones. */
  #laneOf(from: Sandbox, invocation: Invocation | undefined): Lane {
    let lane = this.#lanes[from.stream];
    if (lane === undefined) {
      lane = new Lane();
      this.#lanes[from.stream] = lane;
    }
    const memorySizeMb = invocation === undefined ? Number.NaN : invocation.memorySizeMb;
    const sameMemory = Number.isNaN(memorySizeMb) || memorySizeMb === lane.memorySizeMb;
    const version = invocation?.version ?? lane.version;
    if (lane.configuration === undefined || !sameMemory || version !== lane.version)
      this.#configure(lane, from, version, memorySizeMb, invocation);
    if (lane.from !== from) this.#newSandbox(lane, from);
    else if (lane.sandbox !== undefined && lane.sandbox.isolated !== from.isolated) lane.sandbox.isolated = from.isolated;
    return lane;
  }

  #configure(lane: Lane, from: Sandbox, version: string | undefined, memorySizeMb: number, invocation: Invocation | undefined): void {
    const scan = this.#parser!.streams[from.stream];
    const functionName = invocation?.functionName ?? scan?.functionName ?? UNNAMED;
    if (!Number.isNaN(memorySizeMb)) lane.memorySizeMb = memorySizeMb;
    lane.version = version ?? scan?.version;
    lane.versionNumber = lane.version === undefined ? -1 : this.#parser!.versions.indexOf(lane.version);
    const before = lane.configuration;
    const configuration = this.#configurationOf(functionName, lane.version ?? '?', lane.memorySizeMb);
    if (before !== undefined && before !== configuration && before.memorySizeMb !== 0) lane.isMixed = true;
    lane.configuration = configuration;
    lane.key = keyOf(configuration);
    lane.slowestBound = slowestBoundOf(configuration.slowest);
    let keys = this.requestKeys.get(configuration.functionName);
    if (keys === undefined) {
      keys = new RequestKeys();
      this.requestKeys.set(configuration.functionName, keys);
    }
    lane.keys = keys;
    lane.failureKeys = this.#failureKeysOf(configuration.functionName);
    lane.run.end();
    lane.attempts = attemptsOf(this.summary, configuration.functionName);
    // INIT_START comes before the first REPORT tells the memory size: move what it brought to where it belongs.
    if (before !== undefined && before !== configuration && before.memorySizeMb === 0) adoptEarly(before, configuration, this.summary);
    if (lane.sandbox !== undefined) {
      lane.sandbox.configuration = lane.key;
      lane.sandbox.memorySizeMb = configuration.memorySizeMb;
    }
  }

  #failureKeysOf(functionName: string): FailureKeys {
    let keys = this.#failureKeys.get(functionName);
    if (keys === undefined) {
      keys = new FailureKeys();
      this.#failureKeys.set(functionName, keys);
    }
    return keys;
  }

  #newSandbox(lane: Lane, from: Sandbox): void {
    lane.from = from;
    lane.highestMb = 0;
    lane.run.end();
    lane.isAfterFailure = false;
    lane.extensions = new Set();
    const sandbox: SandboxSummary = {
      configuration: lane.key,
      logStream: from.logStream,
      isolated: from.isolated,
      epoch: from.epoch,
      firstMs: !Number.isNaN(from.atMs) ? from.atMs : Number.POSITIVE_INFINITY,
      lastMs: Number.NEGATIVE_INFINITY,
      invocationCount: 0,
      failedCount: 0,
      envelope: [],
      memorySizeMb: lane.memorySizeMb,
      initKind: undefined,
      death: undefined,
      evidence: { file: from.file, place: from.place, atMs: from.atMs },
    };
    lane.sandbox = sandbox;
    lane.past.push({ from, sandbox });
    this.summary.sandboxes.push(sandbox);
  }

  #noteMemory(lane: Lane, megabytes: number, atMs: number, file: number, place: number): void {
    const sandbox = lane.sandbox!;
    sandbox.lastFile = file;
    sandbox.lastPlace = place;
    if (megabytes > lane.highestMb) {
      lane.highestMb = megabytes;
      addRise(sandbox.envelope, { n: sandbox.invocationCount, megabytes, atMs });
      sandbox.highest = { file, place, atMs };
    } else if (megabytes < lane.highestMb && sandbox.isolated) this.anomaly('memory-fell', file, place, atMs);
  }

  #noteInit(lane: Lane, invocation: Invocation): void {
    const kind = invocation.initKind!;
    lane.sandbox!.initKind ??= kind;
    const restored = kind === 'snapstart-restore' && !Number.isNaN(invocation.restoreMs);
    lane.configuration!.inits.push({
      atMs: invocation.initAtMs,
      kind,
      durationMs: restored ? invocation.restoreMs : invocation.initMs,
      billedMs: invocation.initBilledMs,
      status: invocation.initStatus,
      invocationMs: invocation.durationMs,
      evidence: evidenceOf(invocation),
    });
  }
}

const MOST_METRICS = 200_000;
/** Processes of one stream, where it is followed for days: only the last ones may still turn out to have been mixed. */
const MOST_PAST = 64;

function keyOf({ functionName, version, memorySizeMb }: ConfigurationSummary): string {
  return configurationKey(functionName, version, memorySizeMb);
}

/** Moves what a start told before anything named the memory size. */
function adoptEarly(early: ConfigurationSummary, configuration: ConfigurationSummary, summary: Summary): void {
  for (const [version, atMs] of early.runtimeVersions) {
    const known = configuration.runtimeVersions.get(version);
    configuration.runtimeVersions.set(version, known === undefined ? atMs : Math.min(known, atMs));
  }
  for (const [name, sandboxes] of early.extensions)
    configuration.extensions.set(name, (configuration.extensions.get(name) ?? 0) + sandboxes);
  early.runtimeVersions.clear();
  early.extensions.clear();
  if (early.invocationCount === 0 && early.inits.length === 0) summary.configurations.delete(keyOf(early));
}
