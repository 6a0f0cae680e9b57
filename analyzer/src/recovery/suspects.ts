/**
 * Where to look first: components ranked by how much of the alert their own part explains.
 *
 * The alerting component is rarely the faulty one. Walking down to the deepest component that is also unwell is what
 * people do, and it fails where the trail is broken, where a bystander changed too, and where the faulty one is not
 * the slow one (a cache that forgets makes its store slow). So for every component the part of its change that its own
 * calls do not explain is multiplied by how often a request at the alert comes by, and compared with the alert's own
 * change. What more load brought about is charged to whoever sends that load.
 *
 * A suspect is never a cause: it has a path, its evidence, and doubts. A person confirms.
 *
 * Idea of subtracting what callees explain: M. Li et al. (2022), "Causal Inference-Based Root Cause Analysis for Online
 * Service Systems with Intervention Recognition" (CIRCA).
 */
import type { DependencyGraph } from './dependency-graph.ts';
import { type ComponentChange, type Incident, type IncidentScene, incidentScene } from './incident-scene.ts';
import { type OwnPart, ownPartOf } from './own-part.ts';
import { type Mechanism, senderOfLoad } from './sender-of-load.ts';

export interface Suspect {
  readonly component: string;
  /** Of the alert's change, from 0 to 1: how much this component's own part would explain. */
  readonly explains: number;
  readonly mechanism: Mechanism;
  /** From the alert to it, both included; undefined where the trail is broken. */
  readonly path: readonly string[] | undefined;
  readonly evidence: readonly string[];
  readonly doubts: readonly string[];
}

export type SuspectRanking =
  | { readonly kind: 'ranked'; readonly suspects: readonly Suspect[]; readonly graph: DependencyGraph }
  | { readonly kind: 'cannot-tell'; readonly missing: string; readonly graph: DependencyGraph };

/** Strongest first. */
export function rankSuspects(incident: Incident): SuspectRanking {
  const scene = incidentScene(incident);
  const { graph, changes } = scene;
  const alert = changes.get(incident.alert.component);
  if (alert?.latency === undefined && alert?.failed === undefined) {
    return { kind: 'cannot-tell', missing: `latency or failures of ${incident.alert.component}, before and during the incident`, graph };
  }
  const reach = reachFrom(alert.component, scene);
  const parts = ownParts(alert, reach, scene);
  // Where no trail is hidden, nobody beside the trail is charged but for the load that it sends.
  const charged = [...parts.values()].filter(({ isOnTrail }) => isOnTrail || incident.isTrailComplete !== true);
  const hideable = incident.isTrailComplete === true ? new Map<string, Part>() : parts;
  const charges = charged.flatMap((part) => chargesOf(part, hideable, alert, scene));
  const suspects = [...new Set(charges.map(({ component }) => component))]
    .map((component) =>
      describe(
        charges.filter((charge) => charge.component === component),
        alert.component,
        scene,
      ),
    )
    .sort((a, b) => b.explains - a.explains);
  if (suspects.length === 0) return { kind: 'cannot-tell', missing: 'a component whose own part changed', graph };
  return { kind: 'ranked', suspects, graph };
}

interface Charge {
  readonly component: string;
  readonly explains: number;
  readonly mechanism: Mechanism;
  readonly evidence: string;
}

interface Reach {
  /** Visits for each request at the alert. */
  readonly visits: number;
  readonly isOnTrail: boolean;
}

/** Own parts of about this many times their noise count half. This and what follows was set on seeds 1 to 40 of the lab. */
const HALF_AT_NOISE = 4;
/** A component that moves but lies on no trail: part of what its traffic would earn it. */
const OFF_TRAIL = 0.5;
/** The alert itself: it is where one looks anyway, and its own part holds all that no trail tells. */
const ALERT_ITSELF = 0.3;
/** Of the charge for load: what stays with the one who suffers. */
const VICTIM_KEEPS = 0.3;
/** Of the charge of a caller whose unseen callee was found, or whose callees tell nothing. */
const CALLER_KEEPS = 0.4;
const SILENT_GETS = 0.8;
/** How well the change of an unseen callee must fit what is unexplained at its caller. */
const FITS_WITHIN = 2.5;
const CALLER_OF_ALERT = 0.1;
const DEEPEST = 12;

/** How often one request at the alert comes by each component, along the calls that are known; else by its traffic. */
function reachFrom(alert: string, { changes, callsFrom }: IncidentScene): Map<string, Reach> {
  const visits = new Map([[alert, 1]]);
  let layer = new Map([[alert, 1]]);
  for (let depth = 0; depth < DEEPEST && layer.size > 0; depth++) {
    const next = new Map<string, number>();
    for (const [component, times] of layer) {
      for (const { callee, perRequestNow } of callsFrom(component)) next.set(callee, (next.get(callee) ?? 0) + times * perRequestNow);
    }
    for (const [component, times] of next) visits.set(component, (visits.get(component) ?? 0) + times);
    layer = next;
  }
  const alertRequests = changes.get(alert)?.requests?.now;
  const reach = new Map<string, Reach>();
  for (const { component, requests } of changes.values()) {
    const known = visits.get(component);
    const byTraffic = requests === undefined || !(alertRequests! > 0) ? 1 : Math.min(1, requests.now / alertRequests!);
    reach.set(component, known === undefined ? { visits: byTraffic, isOnTrail: false } : { visits: known, isOnTrail: true });
  }
  return reach;
}

interface Part {
  readonly change: ComponentChange;
  readonly own: OwnPart;
  readonly explains: number;
  readonly isOnTrail: boolean;
}

function ownParts(alert: ComponentChange, reach: ReadonlyMap<string, Reach>, scene: IncidentScene): Map<string, Part> {
  return new Map(
    [...scene.changes.values()].map((change): [string, Part] => {
      const own = ownPartOf(change.component, scene);
      const reached = reach.get(change.component)!;
      // Who calls the alerting component waits for it; how could it be the other way round?
      const isAbove = !reached.isOnTrail && scene.graph.pathBetween(change.component, alert.component) !== undefined;
      const explains = explainedOf(own, change, alert, reached) * (isAbove ? CALLER_OF_ALERT : 1);
      return [change.component, { change, own, explains, isOnTrail: reached.isOnTrail }];
    }),
  );
}

function chargesOf(part: Part, parts: ReadonlyMap<string, Part>, alert: ComponentChange, scene: IncidentScene): Charge[] {
  const { change, own, explains } = part;
  if (!(explains > 0)) return [];
  const { component } = change;
  const isSlow = own.slowerTimesNoise >= own.failsTimesNoise;
  const mechanism = isSlow ? 'slow by itself' : 'fails by itself';
  const evidence = isSlow
    ? `${component} takes ${Math.round(own.slowerMs)} ms more than what it calls explains`
    : `${(100 * own.failsMore).toPrecision(2)} % of the requests at ${component} fail beyond what it calls explains`;
  const sender = senderOfLoad(change, alert, scene);
  // Where more load explains it, nothing is hidden.
  const hidden = sender === undefined ? hiddenCallee(part, parts, isSlow, scene) : undefined;
  if (hidden !== undefined) {
    return [
      { component, explains: explains * CALLER_KEEPS, mechanism, evidence },
      ...chargesOf({ ...hidden.part, explains: Math.max(hidden.part.explains, explains * hidden.fit) }, new Map(), alert, scene),
    ];
  }
  const silent = scene.callsFrom(component).filter(({ latency, failed }) => latency === undefined && failed === undefined);
  const forSilent = silent.map(
    ({ callee }): Charge => ({
      component: callee,
      explains: (explains * SILENT_GETS) / silent.length,
      mechanism,
      evidence: `${evidence}; it calls ${callee}, which tells nothing`,
    }),
  );
  if (sender === undefined) return [{ component, explains, mechanism, evidence }, ...forSilent];
  if (sender.component === component)
    return [{ component, explains, mechanism: sender.mechanism, evidence: `${sender.evidence}; ${evidence}` }, ...forSilent];
  return [
    { component, explains: VICTIM_KEEPS * explains, mechanism, evidence },
    { ...sender, explains },
  ];
}

/**
 * A component that lies on no trail, and whose change would explain what is unexplained here: then the link between
 * them is what no trace told.
 */
function hiddenCallee(
  { change, own, isOnTrail }: Part,
  parts: ReadonlyMap<string, Part>,
  isSlow: boolean,
  scene: IncidentScene,
): { readonly part: Part; readonly fit: number } | undefined {
  if (!isOnTrail || change.requests === undefined) return undefined;
  let best: { readonly part: Part; readonly misfit: number } | undefined;
  for (const part of parts.values()) {
    const other = part.change;
    if (part.isOnTrail || other.requests === undefined || scene.callsTo(other.component).length > 0) continue;
    const each = other.requests.before / change.requests.before;
    const here = isSlow ? own.slowerMs : own.failsMore;
    const there = isSlow ? each * (shiftOf(other.latency) ?? 0) : Math.min(1, each) * (shiftOf(other.failed) ?? 0);
    const times = isSlow ? part.own.slowerTimesNoise : part.own.failsTimesNoise;
    const misfit = Math.abs(Math.log(there / here));
    if (times > HALF_AT_NOISE && misfit < Math.log(FITS_WITHIN) && misfit < (best?.misfit ?? Number.POSITIVE_INFINITY))
      best = { part, misfit };
  }
  return best === undefined ? undefined : { part: best.part, fit: 1 - (0.5 * best.misfit) / Math.log(FITS_WITHIN) };
}

function shiftOf(shift: ComponentChange['latency']): number | undefined {
  return shift === undefined ? undefined : shift.now - shift.before;
}

function explainedOf(own: OwnPart, change: ComponentChange, alert: ComponentChange, { visits, isOnTrail }: Reach): number {
  const slower = alert.latency === undefined ? 0 : Math.max(0, alert.latency.now - alert.latency.before);
  const failing = alert.failed === undefined ? 0 : Math.max(0, alert.failed.now - alert.failed.before);
  // Which symptom the alert is about: each by how far it is beyond what people tolerate.
  const slowWeight = alert.latency === undefined ? 0 : Math.min(1, slower / Math.max(1, alert.latency.before));
  const failWeight = Math.min(1, failing / TOLERATED_FAILURES);
  const bySlowness = slower > 0 ? Math.min(1, (Math.max(0, own.slowerMs) * visits) / slower) * gate(own.slowerTimesNoise) : 0;
  const byFailures =
    failing > 0 ? Math.min(1, (Math.max(0, own.failsMore) * Math.min(1, visits)) / failing) * gate(own.failsTimesNoise) : 0;
  const explained = (slowWeight * bySlowness + failWeight * byFailures) / Math.max(1e-9, slowWeight + failWeight);
  return explained * (isOnTrail ? 1 : OFF_TRAIL) * (change.component === alert.component ? ALERT_ITSELF : 1);
}

const TOLERATED_FAILURES = 0.1;

function gate(timesNoise: number): number {
  return timesNoise ** 2 / (timesNoise ** 2 + HALF_AT_NOISE ** 2);
}

function describe(charges: readonly Charge[], alert: string, { graph, changes }: IncidentScene): Suspect {
  const [strongest] = [...charges].sort((a, b) => b.explains - a.explains) as [Charge];
  const { component } = strongest;
  const path = graph.pathBetween(alert, component);
  const names = [...graph.aliases].filter(([, known]) => known === component).map(([alias]) => alias);
  return {
    component,
    explains: Math.min(
      1,
      charges.reduce((sum, { explains }) => sum + explains, 0),
    ),
    mechanism: strongest.mechanism,
    path,
    evidence: [...charges].sort((a, b) => b.explains - a.explains).map(({ evidence }) => evidence),
    doubts: [
      ...(path === undefined ? [`no trail leads from ${alert} to it: they only change together`] : []),
      ...(names.length === 0 ? [] : [`callers call it ${names.join(', ')}`]),
      ...(changes.get(component)?.isSeenByClientsOnly === true ? ['it tells nothing itself: seen through its callers only'] : []),
    ],
  };
}
