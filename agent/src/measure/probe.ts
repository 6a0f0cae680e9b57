/**
 * When to force a full collection, and what to say of what it left.
 *
 * A forced collection stops the program, so it is spent only on a suspicion, only while no work is under way, and only
 * within its budget. Where that forbids it, the reason is told, because an unanswered suspicion must not look like a
 * clean bill.
 *
 * A check before a deploy has nobody to disturb: there they come at their own pace, so that a few hundred works are enough
 * for an answer, and so that a healthy program gets one as well.
 */
import { type AllocationSite, encodeLeak, type HeapProbe, type LeakRecord } from '../record/leak-record.ts';
import type { NoteRecord } from '../record/note-record.ts';
import { bytes, epochMilliseconds, milliseconds } from '../record/units.ts';
import type { AllocationSampling, SampledChannel, SamplingManner, SamplingStart } from './allocation-sites.ts';
import { type Collected, stoodStill } from './forced-collection.ts';
import { createLeakScreen } from './leak-screen.ts';
import { createProbeBudget, LONGEST_PAUSE_MS } from './probe-budget.ts';
import { createPace } from './probe-pace.ts';
import { judgeProbes, noiseBytes, type ProbeVerdict } from './probe-verdict.ts';
import type { FinishedWork } from './work.ts';

/** What a probe needs of the process it is in. */
export interface Surroundings {
  /** Asked when the first suspicion arises; undefined where V8 gives none. */
  findCollector(): (() => Collected) | undefined;
  startSampling(channel: SampledChannel, workNumber: number, manner: SamplingManner): SamplingStart;
  /** Works under way at this moment. */
  worksUnderWay(): number;
  epochNow(): number;
  /** Processor time that the process has used so far. */
  processorMs(): number;
  readonly threadId: number | undefined;
  /** Where no log stream tells whose line it is. */
  sandboxId?(): string | undefined;
  writeLine(line: string): void;
  note(about: NoteRecord['about'], text: string): void;
}

export interface Probing {
  /** @returns whether `probe` should be called as soon as the answer of this work is out */
  workEnded(finished: Pick<FinishedWork, 'number' | 'durationMs' | 'heapUsedBytes' | 'externalBytes'>): boolean;
  /** Forces a collection if nothing is under way; otherwise the end of the next work asks for it again. */
  probe(): void;
  /** V8 has made a full collection, of its own accord or on ours. */
  fullCollection(heapUsedBytes: number, externalBytes: number): void;
  /** For good. */
  stop(): void;
}

/** @param isAlways  neither waits for a suspicion nor keeps to a budget */
export function createProbing(surroundings: Surroundings, isAlways = false): Probing {
  const screen = createLeakScreen();
  const budget = createProbeBudget();
  let collect: (() => Collected) | undefined;
  let isOver = false;
  let number = 0;
  /** The channel that is looked at, while one is. */
  let suspected: SampledChannel | undefined;
  let nextAt = 0;
  let waits = 0;
  let crowded = 0;
  let readsSites = true;
  let probes: HeapProbe[] = [];
  let judged: ProbeVerdict['kind'] | undefined;
  let agreeing = 0;
  let sampling: AllocationSampling | undefined;
  let sampledFor: SampledChannel | undefined;
  let isExact = false;
  const pace = createPace();
  /** Once they are known well enough, the sampler is stopped for good. */
  let found: readonly AllocationSite[] | undefined;
  /** By the sampler that ran before functions were kept apart. */
  let foundBefore: AllocationSite[] = [];
  let leakingSince: number | undefined;
  let hurries = 0;
  let told: { readonly verdict: LeakRecord['verdict']; readonly at: number; readonly namesSites: boolean } | undefined;
  const noted = new Set<string>();

  const noteOnce = (text: string): void => {
    if (noted.has(text)) return;
    noted.add(text);
    surroundings.note('limit', text);
  };

  const sitesOf = (channel: SampledChannel): readonly AllocationSite[] => {
    if (found) return found;
    const growing = sampling?.growing(channel, MAX_SITES) ?? [];
    return growing.length > 0 ? growing : foundBefore;
  };

  const tell = (verdict: LeakRecord['verdict'], channel: SampledChannel, slopeBytes?: number): void => {
    const sites = verdict === 'stable' ? [] : sitesOf(channel);
    if (verdict === 'leaking') leakingSince ??= number;
    told = { verdict, at: number, namesSites: sites.length > 0 };
    surroundings.writeLine(
      encodeLeak({
        kind: 'leak',
        atEpochMs: epochMilliseconds(surroundings.epochNow()),
        sandboxId: surroundings.sandboxId?.(),
        threadId: surroundings.threadId,
        invocationNumber: number,
        channel,
        verdict,
        slopeBytes: slopeBytes === undefined ? undefined : Math.round(slopeBytes),
        probes: probes.length > 0 ? probes : undefined,
        allocationSites: sites.length > 0 ? sites : undefined,
        selfUs: Math.round(budget.spentMs() * 1000),
      }),
    );
  };

  /** Nobody is left with the answer of an earlier suspicion when this one stays without. */
  const tellUnanswered = (channel: SampledChannel): void => {
    if (told?.verdict !== 'suspected' && told?.verdict !== 'leaking') tell('suspected', channel);
  };

  const stopSampling = (discards = false): void => {
    sampling?.stop(discards);
    sampling = sampledFor = undefined;
    isExact = false;
    pace.end();
  };

  const giveUp = (channel: SampledChannel, because: string): void => {
    isOver = true;
    if (!isAlways) tellUnanswered(channel);
    stopSampling();
    noteOnce(`no forced collections: ${because}`);
  };

  const suspect = (channel: SampledChannel, slopeBytes: number): void => {
    suspected = channel;
    nextAt = number;
    agreeing = 0;
    judged = undefined;
    // Once probes have found nothing, the next suspicion is told only if they cannot answer it again.
    if (!told && !isAlways) tell('suspected', channel, slopeBytes);
    collect ??= surroundings.findCollector();
    if (!collect) giveUp(channel, 'this Node gives no gc function');
  };

  const isAffordable = (channel: SampledChannel, heapUsedBytes: number): boolean => {
    if (isAlways) return true;
    const answer = budget.ask(probes, number, heapUsedBytes, sampling !== undefined);
    switch (answer.kind) {
      case 'yes':
        readsSites = answer.readsSites || sampling === undefined;
        return true;
      case 'later':
        if (++waits === WAITS_UNTIL_NOTE) {
          tellUnanswered(channel);
          noteOnce('forced collections wait: they would take more than 1 % of the time spent on work so far');
        }
        return false;
      case 'never':
        giveUp(channel, answer.because);
        return false;
      default:
        return answer satisfies never;
    }
  };

  /**
   * Memory of work under way is alive. A server that is never quiet is probed with a few requests open in the end: they
   * wait for the pause, and what they hold is within the noise.
   */
  const isCrowded = (): boolean => {
    if (surroundings.worksUnderWay() <= (crowded < CROWDED_UNTIL_FEW ? 0 : FEW_UNDER_WAY)) return false;
    if (++crowded === CROWDED_UNTIL_NOTE) noteOnce(`forced collections wait: more than ${FEW_UNDER_WAY} works are always under way`);
    return true;
  };

  const measure = (collector: () => Collected): void => {
    const { heapUsedBytes, externalBytes, pauseMs } = collector();
    budget.spent(pauseMs);
    if (probes.length === MAX_PROBES) probes = probes.filter((_, i) => i % 2 === 1);
    probes.push({
      invocationNumber: number,
      heapUsedBytes: bytes(heapUsedBytes),
      externalBytes: bytes(externalBytes),
      pauseMs: milliseconds(pauseMs),
    });
  };

  const readSites = (channel: SampledChannel, isAboutToTell: boolean): void => {
    // A healthy program pays for exact names only while it grows like a leaking one.
    const growth = grownPerWork(probes);
    const leftBytes = probes.at(-1)?.heapUsedBytes;
    const wantsExact = isAlways || (growth > 0 && !pace.isTooSlow());
    // A slow leak may be told before functions were kept apart for it: then whoever was seen to allocate is named.
    if (wantsExact && !isExact && isAboutToTell && sampling && sampledFor === channel) {
      sampling.read(number, leftBytes);
      foundBefore = sampling.growing(channel, MAX_SITES);
    }
    // Marks set for the heap are too far apart for Buffers.
    if ((channel === 'external' && sampledFor === 'heap') || (wantsExact && !isExact)) stopSampling();
    if (sampling) {
      sampling.read(number, leftBytes);
      return;
    }
    // Of a Buffer so little stands in the heap that marks can only be as dense as they may.
    const expectedBytes = growth > 0 ? (channel === 'heap' ? growth * SHARE_UNTIL_TOLD * number : 0) : undefined;
    const start = surroundings.startSampling(channel, number, { isExact: wantsExact, expectedBytes, heldBytes: leftBytes });
    if (start.kind === 'unavailable') {
      noteOnce(`no allocation sites: ${start.missing}`);
      return;
    }
    sampling = start.sampling;
    sampledFor = channel;
    isExact = wantsExact;
    if (isExact && !isAlways) pace.begin();
  };

  /** Half as much work again, or sooner while memory rises, until the verdict is told. */
  const schedule = (): void => {
    if (isAlways) {
      nextAt = number + Math.max(20, Math.ceil(0.12 * number));
      return;
    }
    const last = probes.at(-1)!;
    const before = probes.at(-2);
    const rose = !before || heldBytes(last) - heldBytes(before) > 2 * noiseBytes(heldBytes(last));
    // A leak without its place is half an answer, and one more reading may give it.
    const isNameless = told?.verdict === 'leaking' && !told.namesSites && sampling !== undefined && hurries++ < MOST_HURRIES;
    const isSoon = rose && (told?.verdict !== 'leaking' || isNameless);
    nextAt = isSoon ? number + Math.max(50, Math.ceil(0.15 * number)) : Math.ceil(1.5 * number);
  };

  /** A leak stays where it is: after twice the works that named it, code may be compiled as before. */
  const keepSites = (channel: SampledChannel): void => {
    if (isAlways || leakingSince === undefined || number < 2 * leakingSince || !told?.namesSites || !sampling) return;
    keepFound(channel);
    budget.spent(stoodStill(() => stopSampling(true)));
  };

  /** What was named once is not forgotten, whatever the sampler that runs now has seen. */
  const keepFound = (channel: SampledChannel): void => {
    const sites = sitesOf(channel);
    if (sites.length > 0) found = sites;
  };

  /** The next sampler may know a function by its caller only: what this one saw of it is worth more. */
  const endExact = (): void => {
    const answer = budget.ask(probes, number, 0, true);
    if (collect && answer.kind === 'yes' && answer.readsSites) sampling?.read(number, collect().heapUsedBytes);
    if (suspected) keepFound(suspected);
    stopSampling(true);
  };

  const settle = (): void => {
    budget.spent(stoodStill(() => stopSampling(true)));
    found = leakingSince = undefined;
    foundBefore = [];
    hurries = 0;
    suspected = undefined;
    screen.restUntil(Math.ceil(1.5 * number));
  };

  return {
    workEnded({ number: ended, durationMs, heapUsedBytes, externalBytes }) {
      number = ended;
      budget.worked(durationMs);
      // Nothing is held against works of before the first collection.
      if (suspected) pace.worked(durationMs, surroundings.processorMs());
      screen.work(ended, heapUsedBytes, externalBytes);
      if (isOver) return false;
      if (!suspected && isAlways) {
        if (ended >= FIRST_WITHOUT_SUSPICION) suspect('heap', 0);
      } else if (!suspected) {
        const suspicion = screen.suspicion();
        if (suspicion.kind === 'suspicious') suspect(suspicion.channel, suspicion.slopeBytes);
      }
      if (isExact && pace.isTooSlow()) return true;
      return suspected !== undefined && !isOver && ended >= nextAt && isAffordable(suspected, heapUsedBytes);
    },
    probe() {
      if (isExact && pace.isTooSlow()) {
        budget.spent(stoodStill(endExact));
        noteOnce('the code that allocates may be told by its caller: work took half as long again while functions were kept apart');
        return;
      }
      if (!suspected || !collect || isOver || isCrowded()) return;
      waits = crowded = 0;
      measure(collect);
      const { channel, verdict } = verdictOf(probes, suspected);
      suspected = channel;
      agreeing = verdict.kind === judged ? agreeing + 1 : 1;
      judged = verdict.kind;
      const isSettled = verdict.kind === 'stable' || (verdict.kind === 'growing-but-bounded' && agreeing > 1);
      if ((isAlways || !isSettled) && readsSites && !found) budget.spent(stoodStill(() => readSites(channel, verdict.kind === 'leaking')));

      // One probe more has to agree before a leak is called one.
      const isKnown = isSettled || (verdict.kind === 'leaking' && agreeing > 1);
      const open = isAlways ? 'insufficient-data' : 'suspected';
      // A bound that one probe saw takes the word back at once: it may be the last probe of this process.
      const stands = told?.verdict === 'leaking' && verdict.kind !== 'stable' && verdict.kind !== 'growing-but-bounded';
      const word = isKnown ? verdict.kind : stands ? 'leaking' : open;
      const isNamedNow = word === 'leaking' && !told?.namesSites && sitesOf(channel).length > 0;
      if (!told || word !== told.verdict || number >= (isAlways ? 1.2 : 2) * told.at || isNamedNow) tell(word, channel, verdict.slopeBytes);
      if (isSettled && !isAlways) {
        settle();
        return;
      }
      if (word === 'leaking') {
        if (!readsSites && !told?.namesSites)
          noteOnce(`no allocation sites: to read them would stop this process for more than ${LONGEST_PAUSE_MS} ms`);
        keepSites(channel);
      }
      schedule();
    },
    fullCollection: screen.fullCollection,
    stop() {
      isOver = true;
      stopSampling();
    },
  };
}

/** A line stays below 5 KB, however long the names are. */
const MAX_SITES = 12;
const MAX_PROBES = 24;
const WAITS_UNTIL_NOTE = 50;
/** The first works compile what they run: what they leave says little. */
const FIRST_WITHOUT_SUSPICION = 25;
const FEW_UNDER_WAY = 3;
const CROWDED_UNTIL_FEW = 64;
const CROWDED_UNTIL_NOTE = 640;

/** Collections that come sooner for the sake of a place. */
const MOST_HURRIES = 3;

/** From the third collection on a leak is told after two more; they come when a sixth of the works so far has been added, each. */
const PROBES_UNTIL_EXACT = 3;
const SHARE_UNTIL_TOLD = 0.33;

const heldBytes = (probe: HeapProbe): number => probe.heapUsedBytes + (probe.externalBytes ?? 0);

/** 0 while it may be noise. */
function grownPerWork(probes: readonly HeapProbe[]): number {
  const [first, last] = [probes[0], probes.at(-1)];
  if (probes.length < PROBES_UNTIL_EXACT || !first || !last) return 0;
  const grown = heldBytes(last) - heldBytes(first);
  return grown < 3 * noiseBytes(heldBytes(last)) ? 0 : grown / (last.invocationNumber - first.invocationNumber);
}

/** The channel that leaks, the suspected one before the other; where none does, the one that is still open. */
function verdictOf(probes: readonly HeapProbe[], suspected: SampledChannel): { channel: SampledChannel; verdict: ProbeVerdict } {
  const channels: SampledChannel[] = suspected === 'heap' ? ['heap', 'external'] : ['external', 'heap'];
  const [first, second] = channels.map((channel) => ({ channel, verdict: judgeChannel(probes, channel) }));
  const leaking = [first!, second!].find(({ verdict }) => verdict.kind === 'leaking');
  if (leaking) return leaking;
  return first!.verdict.kind === 'stable' && second!.verdict.kind === 'insufficient-data' ? second! : first!;
}

const judgeChannel = (probes: readonly HeapProbe[], channel: SampledChannel): ProbeVerdict =>
  judgeProbes(
    probes.map(({ invocationNumber, heapUsedBytes, externalBytes }) => ({
      at: invocationNumber,
      bytes: channel === 'heap' ? heapUsedBytes : (externalBytes ?? 0),
    })),
  );
