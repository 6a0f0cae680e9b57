/**
 * A failure as an incident in time: what each component and each call did before it began, and since.
 *
 * Functions tell requests, time and failures by the minute in any export; who called whom is only in the agent's lines.
 * Without a call there is no trail, and two functions that change at the same hour are no suspects of each other: then
 * there is no incident to rank.
 */
import { configurationsByFunction, minutesOf } from '../diagnose/function-configurations.ts';
import { onsetMs } from '../diagnose/onset.ts';
import type { FailureSection } from '../diagnose/sections.ts';
import type { CallMinute, CallSeries } from '../store/call-minutes.ts';
import type { MinuteSeries } from '../store/minute-series.ts';
import type { Summary } from '../store/summary.ts';
import type { CallLink } from './call-link.ts';
import type { ComponentSeries } from './component-series.ts';
import { dependencyGraph } from './dependency-graph.ts';
import type { Incident } from './incident-scene.ts';
import { levelShift } from './level-shift.ts';

/** Looks failures up among the same functions and calls. */
export class FailureIncidents {
  readonly #minutes: ReadonlyMap<string, MinuteSeries>;
  readonly #calls: Summary['callMinutes'];
  /** Functions with lines of the agent: whom they call is known. */
  readonly #talking: ReadonlySet<string>;
  /** By the one who calls. */
  readonly #links: ReadonlyMap<string, readonly KnownLink[]>;
  readonly #trails = new Map<string, Trail>();
  readonly #incidents = new WeakMap<object, { readonly incident: Incident | undefined }>();

  constructor(summary: Summary) {
    this.#minutes = new Map([...configurationsByFunction(summary)].map(([name, own]) => [name, minutesOf(own)]));
    this.#calls = summary.callMinutes;
    this.#talking = new Set(
      [...summary.configurations.values()].flatMap(({ functionName, agent }) => (agent === undefined ? [] : [functionName])),
    );
    const links = [...this.#calls].flatMap(([caller, peers]) => [...peers.keys()].map((callee) => ({ caller, callee })));
    const { aliases } = dependencyGraph(
      [...this.#minutes.keys()].map((component) => ({ component, requests: [], latencyMs: [], failedShare: [] })),
      links,
    );
    this.#links = new Map(
      [...this.#calls].map(([caller, peers]) => [
        caller,
        [...peers].map(([callee, series]) => ({ caller, callee, known: aliases.get(callee) ?? callee, callCount: callCountOf(series) })),
      ]),
    );
  }

  /** Whether a function became slow, or began to fail, by its own figures when the failure began; undefined where nothing of before is at hand. */
  isUnwell(component: string, failure: FailureSpan): boolean | undefined {
    const minutes = this.#minutes.get(component);
    const span = this.#spanOf(failure);
    if (minutes === undefined || span === undefined) return undefined;
    const own = componentSeries(component, minutes, span.time);
    const shifts = [own.latencyMs, own.failedShare].flatMap((series) => levelShift(series, span.periodsBefore) ?? []);
    if (shifts.length === 0) return undefined;
    return shifts.some(({ before, now, noise }) => now > UNWELL_TIMES * before && now - before > UNWELL_NOISES * noise);
  }

  /** @returns undefined where nothing tells whom the function called, or when the failure began */
  of(failure: FailureSpan): Incident | undefined {
    const known = this.#incidents.get(failure);
    if (known !== undefined) return known.incident;
    const incident = this.#lookUp(failure);
    this.#incidents.set(failure, { incident });
    return incident;
  }

  #lookUp(failure: FailureSpan): Incident | undefined {
    const { functionName } = failure;
    const span = this.#calls.has(functionName) ? this.#spanOf(failure) : undefined;
    if (span === undefined) return undefined;
    const { time, periodsBefore } = span;
    const all = this.#onTrail(functionName);
    return {
      alert: { component: functionName },
      incidentFrom: periodsBefore,
      isTrailComplete: all.isComplete,
      components: all.components.map((name) => componentSeries(name, this.#minutes.get(name)!, time)),
      links: all.links.map(({ caller, callee }) => callLink(caller, callee, this.#calls.get(caller)!.get(callee)!, time)),
    };
  }

  #spanOf({ functionName, firstMs, lastMs, perMinute }: FailureSpan): { time: Periods; periodsBefore: number } | undefined {
    const own = this.#minutes.get(functionName);
    if (own === undefined || firstMs === undefined || lastMs === undefined) return undefined;
    const failures = new Map(perMinute.map(({ minuteMs, count }) => [Math.floor(minuteMs / MINUTE_MS), count]));
    const onset = Math.floor((onsetMs(failures, own) ?? firstMs) / MINUTE_MS);
    const last = Math.max(onset, Math.floor(lastMs / MINUTE_MS));
    // Long enough that a failure of few requests is in most periods, short enough that there are some.
    const step = Math.max(1, Math.floor((last - onset + 1) / PERIODS));
    const periodsBefore = Math.ceil((onset - Math.max(own.firstMinute, onset - LONGEST_BEFORE_MINUTES)) / step);
    const periodsSince = Math.max(1, Math.floor((last - onset + 1) / step));
    return { time: { from: onset - periodsBefore * step, count: periodsBefore + periodsSince, step }, periodsBefore };
  }

  /** The function, what it calls, and so on: where a request of it comes by. */
  #below(functionName: string): Set<string> {
    const below = new Set([functionName]);
    for (const name of below) {
      for (const { known } of this.#links.get(name) ?? []) if (below.size < MOST_BELOW) below.add(known);
    }
    return below;
  }

  /** Whether each function below the one that fails tells whom it calls; peers without lines of their own end the trail. */
  #isComplete(below: ReadonlySet<string>): boolean {
    return below.size < MOST_BELOW && [...below].every((name) => this.#talking.has(name) || !this.#minutes.has(name));
  }

  /**
   * Where its requests come by, and who else sends requests there: whoever else changed is a stranger. Everybody may ask
   * the same table, so of those others the ones that ask most are looked at.
   */
  #onTrail(functionName: string): Trail {
    const made = this.#trails.get(functionName);
    if (made !== undefined) return made;
    const below = this.#below(functionName);
    const others = new Map<string, number>();
    for (const links of this.#links.values()) {
      for (const { caller, known, callCount } of links) {
        if (below.has(known) && !below.has(caller)) others.set(caller, (others.get(caller) ?? 0) + callCount);
      }
    }
    const senders = [...others].sort((one, other) => other[1] - one[1]).slice(0, MOST_SENDERS);
    const names = [...below, ...senders.map(([name]) => name)];
    const trail: Trail = {
      components: names.filter((name) => this.#minutes.has(name)),
      links: names.flatMap((name) => (this.#links.get(name) ?? []).filter(({ known }) => below.has(known))),
      isComplete: this.#isComplete(below),
    };
    this.#trails.set(functionName, trail);
    return trail;
  }
}

/** Nearest first; whoever is further away than that many others is not what a person looks at. */
const MOST_BELOW = 48;
/** Functions beside the trail whose load is looked at. */
const MOST_SENDERS = 16;

interface KnownLink {
  readonly caller: string;
  readonly callee: string;
  /** The component that the callee's name stands for. */
  readonly known: string;
  readonly callCount: number;
}

type FailureSpan = Pick<FailureSection, 'functionName' | 'perMinute' | 'firstMs' | 'lastMs'>;

interface Trail {
  readonly components: readonly string[];
  readonly links: readonly KnownLink[];
  readonly isComplete: boolean;
}

interface Periods {
  /** Epoch minute at which the first one begins. */
  readonly from: number;
  readonly count: number;
  /** Minutes in each. */
  readonly step: number;
}

const MINUTE_MS = 60_000;
/** What happened six hours ago is another load. Our own choice. */
const LONGEST_BEFORE_MINUTES = 360;
const PERIODS = 12;
/** Half as much again, and far beyond what it varies by anyway: that, somebody who looks at it would see. Our own choice. */
const UNWELL_TIMES = 1.5;
const UNWELL_NOISES = 4;

function componentSeries(component: string, minutes: MinuteSeries, time: Periods): ComponentSeries {
  const requests = sumsOf(time, (minute) => columnAt(minutes, 'invocations', minute));
  const failed = sumsOf(time, (minute) => columnAt(minutes, 'failed', minute));
  const busyMs = sumsOf(time, (minute) => columnAt(minutes, 'busyMs', minute));
  return { component, requests, latencyMs: ratios(busyMs, requests), failedShare: ratios(failed, requests) };
}

function callCountOf({ single, stretch }: CallSeries): number {
  let count = 0;
  for (const { callCount } of (stretch.size > 0 ? stretch : single).values()) count += callCount;
  return count;
}

function callLink(caller: string, callee: string, { single, stretch }: CallSeries, time: Periods): CallLink {
  // Stretches tell the calls of single lines again.
  const minutes = stretch.size > 0 ? stretch : single;
  const sums = (member: keyof CallMinute) => sumsOf(time, (minute) => minutes.get(minute)?.[member] ?? 0);
  const requests = sums('callCount');
  return { caller, callee, requests, latencyMs: ratios(sums('totalMs'), requests), failedShare: ratios(sums('errorCount'), requests) };
}

function sumsOf({ from, count, step }: Periods, valueAt: (minute: number) => number): number[] {
  return Array.from({ length: count }, (_, period) => {
    let sum = 0;
    for (let minute = from + period * step; minute < from + (period + 1) * step; minute++) sum += valueAt(minute);
    return sum;
  });
}

function columnAt(minutes: MinuteSeries, column: 'invocations' | 'failed' | 'busyMs', minute: number): number {
  const index = minute - minutes.firstMinute;
  return index >= 0 && index < minutes.length ? minutes[column][index]! : 0;
}

/** NaN where there was nothing to divide by: a period without requests has no latency. */
function ratios(over: readonly number[], under: readonly number[]): number[] {
  return over.map((value, i) => (under[i]! > 0 ? value / under[i]! : Number.NaN));
}
