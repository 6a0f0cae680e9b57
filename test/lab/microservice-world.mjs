/**
 * Systems of services with one fault, as a monitoring would show them: series of each minute, names that differ between
 * caller and callee, links that no trace tells, gaps, noise, and bystanders that change at the same time.
 *
 * After the PetShop dataset (Hardt et al. 2023, "The PetShop Dataset: Finding Causes of Performance Issues across
 * Microservices"): about forty components of an AWS application, issues of latency, overload, memory, errors and a
 * misconfigured cache, an alert at a component that is never the faulty one, nodes of clients and remotes that stand
 * for an uninstrumented or twice named peer. The generator and its numbers are our own.
 */
import { seededRandom, seedOf } from './seeded-random.mjs';

export const ISSUE_KINDS = ['latency', 'error', 'overload', 'memory-leak', 'cache'];
const BASELINE_POINTS = 60;
const INCIDENT_POINTS = 14;
const POINTS = BASELINE_POINTS + INCIDENT_POINTS;

/**
 * @param options  `isWhole`: every link is told, every component speaks, under one name
 * @returns an incident that is visible at its alert; the draw is repeated until it is
 */
export function drawIncident(kind, seed, { isWhole = false } = {}) {
  for (let attempt = 0; ; attempt++) {
    const random = seededRandom(seedOf(seed * 131 + attempt, kind));
    const incident = tryIncident(kind, random, isWhole);
    if (incident !== undefined) return incident;
  }
}

function tryIncident(kind, random, isWhole) {
  const system = drawSystem(random);
  const fault = drawFault(kind, system, random);
  if (fault === undefined) return undefined;
  const bystanders = drawBystanders(system.nodes, fault, random);
  const truth = simulate(system, fault, bystanders);
  const alert = alertOf(system, truth, simulate(system, { at: -1 }, bystanders), fault.at);
  if (alert === undefined) return undefined;
  return { kind, faulty: system.nodes[fault.at].name, ...observe(system, truth, alert, random, isWhole) };
}

/** Layers of services, then stores, caches and peers outside; each calls some of the layers below. */
function drawSystem(random) {
  const nodes = [];
  const edges = [];
  const add = (name, role, layer) => nodes.push({ index: nodes.length, name, role, layer }) - 1;
  const names = shuffled(SERVICE_NAMES, random);
  add('site', 'service', 0);
  const layers = [[0]];
  const depth = random.pick([2, 3, 3, 4]);
  for (let layer = 1; layer <= depth; layer++) {
    const width = Math.round(random.between(2, layer === 1 ? 4 : 6));
    layers.push(Array.from({ length: width }, () => add(names.pop(), 'service', layer)));
  }
  const services = nodes.map(({ index }) => index);
  for (let layer = 1; layer <= depth; layer++) {
    for (const callee of layers[layer]) {
      const callers = new Set([random.pick(layers[layer - 1])]);
      while (random.uniform() < 0.3 && callers.size < 3) callers.add(random.pick(layers[Math.floor(random.between(0, layer))]));
      for (const caller of callers) addEdge(edges, caller, callee, random);
    }
  }
  for (const service of services.slice(1)) {
    const storeCount = random.pick([0, 1, 1, 2]);
    for (let i = 0; i < storeCount; i++) addStore(nodes, edges, add, service, random);
    if (random.uniform() < 0.12)
      addEdge(
        edges,
        service,
        add(`${random.pick(['stripe', 'maps', 'weather', 'sms'])}-api-${nodes.length}`, 'external', depth + 1),
        random,
      );
  }
  for (const node of nodes) {
    node.ownMs =
      node.role === 'external'
        ? random.logBetween(40, 200)
        : node.role === 'cache'
          ? random.between(0.5, 2)
          : node.role === 'store'
            ? random.logBetween(2, 25)
            : random.logBetween(3, 50);
    node.ownError = random.logBetween(1e-5, 2e-3);
    node.noise = random.between(0.03, 0.15);
    // Share of capacity in use: how soon more load makes it slow.
    node.use = random.between(0.15, 0.5);
  }
  return {
    nodes,
    edges,
    entryRate: random.logBetween(200, 20_000),
    wander: random.between(0.02, 0.2),
    noiseOfDay: Array.from({ length: POINTS }, random.normal),
  };
}

const SERVICE_NAMES = [
  'orders',
  'payments',
  'pricing',
  'cart',
  'search',
  'catalog',
  'users',
  'auth',
  'shipping',
  'inventory',
  'reviews',
  'ads',
  'email',
  'invoices',
  'adoption',
  'lists',
  'photos',
  'status',
  'history',
  'quotes',
  'offers',
  'loyalty',
  'stock',
  'geo',
  'tickets',
];

function addEdge(edges, caller, callee, random, told = {}) {
  if (edges.some((edge) => edge.caller === caller && edge.callee === callee)) return;
  edges.push({
    caller,
    callee,
    perRequest: random.logBetween(0.2, 2),
    carriesError: random.pick([1, 0.9, 0.6, 0.2]),
    retries: random.pick([0, 0, 0, 0.5, 1.5]),
    limitMs: random.logBetween(1_000, 10_000),
    ...told,
  });
}

/** A store, at times behind a cache: asked through it, or beside it when it has nothing. */
function addStore(nodes, edges, add, service, random) {
  const store = add(`${nodes[service].name}-db-${nodes.length}`, 'store', 8);
  const how = random.uniform();
  if (how > 0.35) {
    addEdge(edges, service, store, random);
    return;
  }
  const cache = add(`${nodes[service].name}-cache-${nodes.length}`, 'cache', 7);
  const perRequest = random.logBetween(0.5, 2);
  const missShare = random.between(0.03, 0.15);
  addEdge(edges, service, cache, random, { perRequest, retries: 0 });
  if (how < 0.18) addEdge(edges, cache, store, random, { perRequest: missShare, retries: 0, cache, isMiss: true });
  else addEdge(edges, service, store, random, { perRequest: perRequest * missShare, retries: 0, cache, isMiss: true });
  nodes[cache].missShare = missShare;
}

function drawFault(kind, { nodes, edges }, random) {
  const called = nodes.filter(({ index }) => index > 0);
  const pool =
    kind === 'cache'
      ? called.filter(({ missShare }) => missShare !== undefined)
      : kind === 'memory-leak'
        ? called.filter(({ role }) => role === 'service')
        : called.filter(({ role }) => role !== 'cache');
  if (pool.length === 0) return undefined;
  const { index: at } = random.pick(pool);
  const lasts = (t) => (t < BASELINE_POINTS ? 0 : 1);
  // A leak has begun to hurt some minutes before somebody is told, and hurts more with each.
  const climbs = (t) => Math.max(0, Math.min(1, (t - BASELINE_POINTS + 6) / (INCIDENT_POINTS + 4)));
  const size = random.uniform();
  switch (kind) {
    case 'latency':
      return { at, slowBy: (t) => lasts(t) * (30 + 1_500 * size ** 2) };
    case 'error':
      return { at, failBy: (t) => lasts(t) * (0.05 + 0.5 * size) };
    case 'overload':
      return { at, loadBy: (t) => lasts(t) * (1 + 3 * size) };
    case 'memory-leak':
      return { at, slowBy: (t) => climbs(t) ** 2 * (100 + 900 * size), failBy: (t) => Math.max(0, climbs(t) - 0.6) * 0.4 * size };
    case 'cache':
      return { at, missBy: lasts, edges };
    default:
      throw new Error(`no issue of kind ${kind}`);
  }
}

/** Series of each component and of each call, as they really were. */
function simulate({ nodes, edges, entryRate, wander, noiseOfDay }, fault, bystanders) {
  const order = [...nodes].sort((a, b) => a.layer - b.layer);
  const out = new Map(nodes.map(({ index }) => [index, edges.filter(({ caller }) => caller === index)]));
  const series = nodes.map(() => ({ requests: [], latencyMs: [], failedShare: [], hitShare: [] }));
  const calls = edges.map(() => ({ requests: [], latencyMs: [], failedShare: [] }));
  let level = 0;
  for (let t = 0; t < POINTS; t++) {
    level = 0.8 * level + 0.6 * noiseOfDay[t];
    const failed = new Array(nodes.length).fill(0);
    const requests = new Array(nodes.length).fill(0);
    const latency = new Array(nodes.length).fill(0);
    let edgeLoad = new Array(edges.length).fill(0);
    // Retries depend on failures and failures on load: two rounds are near enough.
    for (let round = 0; round < 2; round++) {
      requests.fill(0);
      requests[0] = entryRate * Math.exp(wander * level);
      edgeLoad = new Array(edges.length).fill(0);
      for (const node of order) {
        if (node.index === fault.at && fault.loadBy !== undefined) requests[node.index] *= 1 + fault.loadBy(t);
        for (const edge of out.get(node.index)) {
          const misses =
            edge.isMiss && edge.cache === fault.at && fault.missBy !== undefined && fault.missBy(t) > 0
              ? Math.min(1 / nodes[edge.cache].missShare, 12)
              : 1;
          const load = requests[node.index] * edge.perRequest * misses * (1 + edge.retries * failed[edge.callee]);
          edgeLoad[edges.indexOf(edge)] = load;
          requests[edge.callee] += load;
        }
      }
      if (t === 0 && round === 1) for (const node of nodes) node.usual = requests[node.index];
      for (const node of [...order].reverse()) {
        const { index } = node;
        const pressure = node.usual === undefined ? node.use : Math.min(0.97, (node.use * requests[index]) / node.usual);
        // A queue in front of one server: waiting grows as load nears capacity.
        let ms =
          (node.ownMs * (1 - node.use)) / (1 - pressure) +
          (index === fault.at ? (fault.slowBy?.(t) ?? 0) : 0) +
          node.ownMs * (bystanders.get(index)?.slow ?? 0) * (t >= BASELINE_POINTS - 2 ? 1 : 0);
        let well =
          (1 - node.ownError) *
          (1 - Math.max(0, pressure - 0.9) * 3) *
          (1 - (index === fault.at ? (fault.failBy?.(t) ?? 0) : 0)) *
          (1 - (t >= BASELINE_POINTS - 2 ? (bystanders.get(index)?.fail ?? 0) : 0));
        for (const edge of out.get(index)) {
          const each = edgeLoad[edges.indexOf(edge)] / Math.max(1e-9, requests[index]);
          const late = latency[edge.callee] > edge.limitMs ? 0.5 : latency[edge.callee] > edge.limitMs / 2 ? 0.1 : 0;
          ms += each * Math.min(latency[edge.callee], edge.limitMs);
          well *= 1 - Math.min(1, each) * edge.carriesError * Math.max(failed[edge.callee], late);
        }
        latency[index] = ms;
        failed[index] = 1 - Math.max(0, well);
      }
    }
    for (const { index } of nodes) {
      series[index].requests.push(requests[index]);
      series[index].latencyMs.push(latency[index]);
      series[index].failedShare.push(failed[index]);
      const { missShare } = nodes[index];
      if (missShare !== undefined)
        series[index].hitShare.push(1 - missShare * (index === fault.at && fault.missBy?.(t) > 0 ? Math.min(1 / missShare, 12) : 1));
    }
    edges.forEach((edge, i) => {
      calls[i].requests.push(edgeLoad[i]);
      calls[i].latencyMs.push(latency[edge.callee]);
      calls[i].failedShare.push(failed[edge.callee]);
    });
  }
  return { series, calls };
}

/** Something else always happens at the same time: components that change and have nothing to do with it. */
function drawBystanders(nodes, fault, random) {
  const bystanders = new Map();
  const count = random.pick([0, 1, 1, 2, 3]);
  for (let i = 0; i < count; i++) {
    const { index } = random.pick(nodes);
    if (index === 0 || index === fault.at) continue;
    bystanders.set(index, random.uniform() < 0.7 ? { slow: random.between(0.2, 1.2) } : { fail: random.between(0.002, 0.01) });
  }
  return bystanders;
}

/**
 * The component nearest to the users that passes a threshold, and would not have without the fault. Never the faulty
 * one: there would be nothing to find.
 */
function alertOf({ nodes, edges }, { series }, { series: calm }, faulty) {
  const above = new Set();
  const waiting = [faulty];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const { caller, callee } of edges) if (callee === next && !above.has(caller)) waiting.push(caller) && above.add(caller);
  }
  const candidates = nodes.filter(({ role, index }) => role === 'service' && above.has(index)).sort((a, b) => a.layer - b.layer);
  for (const { index, name } of candidates) {
    const symptom = symptomOf(series[index]);
    if (symptom !== undefined && symptomOf(calm[index]) === undefined) return { component: name, symptom };
  }
  return undefined;
}

function symptomOf({ latencyMs, failedShare }) {
  const before = BASELINE_POINTS - 8;
  if (mean(failedShare.slice(-6)) - mean(failedShare.slice(0, before)) > 0.03) return 'failures';
  return mean(latencyMs.slice(-6)) > 1.3 * mean(latencyMs.slice(0, before)) ? 'latency' : undefined;
}

/** What the monitoring has of it. */
function observe({ nodes, edges }, { series, calls }, alert, random, isWhole) {
  const components = [];
  for (const { index, name, role, noise } of nodes) {
    const isDark = name !== alert.component && random.uniform() < (role === 'external' ? 1 : role === 'store' ? 0.15 : 0.06);
    if (isDark && !isWhole) continue;
    const told = series[index];
    components.push({
      component: name,
      kind: role,
      requests: measured(told.requests, noise / 2, random),
      latencyMs: measured(told.latencyMs, noise, random),
      failedShare: measuredShare(told.failedShare, told.requests, random),
      ...(told.hitShare.length > 0 && random.uniform() < 0.4
        ? { hitShare: told.hitShare.map((share) => share * (1 + 0.01 * random.normal())) }
        : {}),
    });
  }
  const links = [];
  const aliases = {};
  edges.forEach((edge, i) => {
    const caller = nodes[edge.caller];
    const callee = nodes[edge.callee];
    if (random.uniform() < 0.1 && !isWhole) return;
    const isExternal = callee.role === 'external';
    const alias = !isExternal && random.uniform() < 0.25 && !isWhole ? aliasOf(callee.name, random) : undefined;
    const told = calls[i];
    const client = {
      requests: measured(told.requests, callee.noise / 2, random),
      latencyMs: measured(
        told.latencyMs.map((ms) => ms + 1.5),
        callee.noise,
        random,
      ),
      failedShare: measuredShare(told.failedShare, told.requests, random),
    };
    links.push({ caller: caller.name, callee: alias ?? callee.name, ...client });
    if (alias !== undefined) aliases[alias] = callee.name;
    // A node of the map for what is only seen from its client.
    if (alias !== undefined && !components.some(({ component }) => component === alias))
      components.push({ component: alias, kind: 'remote', ...client });
  });
  return { alert, incidentFrom: BASELINE_POINTS, components, links, aliases };
}

function aliasOf(name, random) {
  const how = random.uniform();
  if (how < 0.3) return `${name}_remote`;
  if (how < 0.5) return `${name}_client`;
  if (how < 0.75) return `${name}.prod.internal:8080`;
  return `10.0.${Math.floor(random.between(1, 9))}.${Math.floor(random.between(1, 250))}:8080`;
}

function measured(values, noise, random) {
  return values.map((value) => (random.uniform() < 0.03 ? Number.NaN : value * Math.exp(noise * random.normal())));
}

/** A share of whole requests: few requests tell it badly. */
function measuredShare(shares, requests, random) {
  return shares.map((share, t) => {
    if (random.uniform() < 0.03) return Number.NaN;
    const n = Math.max(1, requests[t]);
    return Math.max(0, Math.min(1, share + Math.sqrt((share * (1 - share)) / n) * random.normal()));
  });
}

function shuffled(values, random) {
  const copy = [...values];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(random.uniform() * (i + 1));
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
