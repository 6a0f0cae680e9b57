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
  readonly #links: readonly { readonly caller: string; readonly callee: string; readonly known: string }[];
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
    this.#links = links.map((link) => ({ ...link, known: aliases.get(link.callee) ?? link.callee }));
  }

  /** Whether a function became slow, or began to fail, by its own figures when the failure began. */
  isUnwell(component: string, failure: FailureSection): boolean {
    const incident = this.of(failure);
    const own = incident?.components.find((one) => one.component === component);
    if (incident === undefined || own === undefined) return false;
    const isHigher = (series: readonly number[]) => {
      const shift = levelShift(series, incident.incidentFrom);
      return shift !== undefined && shift.now > UNWELL_TIMES * shift.before && shift.now - shift.before > UNWELL_NOISES * shift.noise;
    };
    return isHigher(own.latencyMs) || isHigher(own.failedShare);
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
    const { functionName, firstMs, lastMs } = failure;
    const own = this.#minutes.get(functionName);
    if (own === undefined || !this.#calls.has(functionName) || firstMs === undefined || lastMs === undefined) return undefined;
    const perMinute = new Map(failure.perMinute.map(({ minuteMs, count }) => [Math.floor(minuteMs / MINUTE_MS), count]));
    const onset = Math.floor((onsetMs(perMinute, own) ?? firstMs) / MINUTE_MS);
    const last = Math.max(onset, Math.floor(lastMs / MINUTE_MS));
    // Long enough that a failure of few requests is in most periods, short enough that there are some.
    const step = Math.max(1, Math.floor((last - onset + 1) / PERIODS));
    const periodsBefore = Math.ceil((onset - Math.max(own.firstMinute, onset - LONGEST_BEFORE_MINUTES)) / step);
    const time: Periods = {
      from: onset - periodsBefore * step,
      count: periodsBefore + Math.max(1, Math.floor((last - onset + 1) / step)),
      step,
    };
    const all = this.#onTrail(functionName);
    return {
      alert: { component: functionName },
      incidentFrom: periodsBefore,
      isTrailComplete: this.#isComplete(functionName),
      components: all.components.map((name) => componentSeries(name, this.#minutes.get(name)!, time)),
      links: all.links.map(({ caller, callee }) => callLink(caller, callee, this.#calls.get(caller)!.get(callee)!, time)),
    };
  }

  /** Whether each function below the one that fails tells whom it calls; peers without lines of their own end the trail. */
  #isComplete(functionName: string): boolean {
    const below = new Set([functionName]);
    for (const name of below) for (const { caller, known } of this.#links) if (caller === name) below.add(known);
    return [...below].every((name) => this.#talking.has(name) || !this.#minutes.has(name));
  }

  /** Functions and calls that hang together with the one that fails: whoever else changed is a stranger. */
  #onTrail(functionName: string): Trail {
    const made = this.#trails.get(functionName);
    if (made !== undefined) return made;
    const reached = new Set([functionName]);
    let size = 0;
    while (size < reached.size) {
      size = reached.size;
      for (const { caller, known } of this.#links) {
        if (reached.has(caller)) reached.add(known);
        else if (reached.has(known)) reached.add(caller);
      }
    }
    const trail: Trail = {
      components: [...this.#minutes.keys()].filter((name) => reached.has(name)),
      links: this.#links.filter(({ caller }) => reached.has(caller)),
    };
    for (const name of trail.components) this.#trails.set(name, trail);
    return trail;
  }
}

type FailureSpan = Pick<FailureSection, 'functionName' | 'perMinute' | 'firstMs' | 'lastMs'>;

interface Trail {
  readonly components: readonly string[];
  readonly links: readonly { readonly caller: string; readonly callee: string }[];
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
