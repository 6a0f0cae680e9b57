/**
 * Runs one program of `leak-programs.mjs` in a process of its own and writes what the agent would see of it.
 *
 *   node leak-program-host.mjs PROGRAM SEED WORK INVOCATIONS passive|probed|truth
 *
 * `probed` forces full collections on the agent's schedule; `truth` twice after 200 invocations and twice at the end,
 * and writes only what was left then. All rows are kept in one block that was there before: a sampler that remembers
 * would be the leak that it looks for.
 */
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { CONCURRENT_PROGRAMS, HEALTHY_PROGRAMS, LEAKING_PROGRAMS } from './leak-programs.mjs';
import { seededRandom, seedOf } from './seeded-random.mjs';

const [name, seedText, workText, invocationsText, mode] = process.argv.slice(2);
const [seed, objectCount, invocations] = [seedText, workText, invocationsText].map(Number);
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
setFlagsFromString('--no-expose-gc');

const random = seededRandom(seedOf(seed, name));
const world = { keepBytes: random.logBetween(2_000, 12_000), invocations, random, work };
const handler = await { ...LEAKING_PROGRAMS, ...HEALTHY_PROGRAMS }[name](world);
const isConcurrent = CONCURRENT_PROGRAMS.includes(name);

/** number, used, floor, external, committed, rss, handles; NaN where there is none */
const COLUMNS = 7;
const rows = new Float64Array(invocations * COLUMNS);
const probes = new Float64Array(64 * 3);
let probeCount = 0;
let floor = Number.NaN;
let fullCount = 0;
new PerformanceObserver((list) => {
  for (const { detail } of list.getEntries()) {
    if (detail.kind !== constants.NODE_PERFORMANCE_GC_MAJOR) continue;
    floor = getHeapStatistics().used_heap_size;
    fullCount++;
  }
}).observe({ entryTypes: ['gc'] });

let ended = 0;
let underWay = 0;
let nextProbe = 100;
let lastHeld = 0;
let early;

for (let n = 1; n <= invocations; n++) {
  const most = isConcurrent ? 2 + Math.round(7 * (1 + Math.sin((8 * Math.PI * n) / invocations))) : 1;
  while (underWay >= most) await nextTurn();
  const isDone = invoke(n);
  if (!isConcurrent) await isDone;
  await nextTurn();
}
while (underWay > 0) await nextTurn();

if (mode === 'truth') {
  const late = held();
  const length = invocations - early.at;
  const perInvocation = (of) => (of(late) - of(early)) / length;
  write({
    heap: perInvocation(({ heap }) => heap),
    external: perInvocation(({ external }) => external),
    rss: perInvocation(({ rss }) => rss),
  });
} else {
  write({
    rows: Array.from(rows.subarray(0, ended * COLUMNS), Math.round),
    probes: Array.from(probes.subarray(0, probeCount * 3)),
    fullCount,
  });
}

async function invoke(n) {
  underWay++;
  const before = getHeapStatistics().used_heap_size;
  work(isConcurrent ? 0.5 : 1);
  await handler(n);
  underWay--;
  const { used_heap_size: after, external_memory: external, total_heap_size: committed } = getHeapStatistics();
  const at = ended++ * COLUMNS;
  const isEighth = ended % 8 === 1;
  rows[at] = ended;
  rows[at + 1] = Math.min(before, after);
  rows[at + 2] = floor;
  rows[at + 3] = external;
  rows[at + 4] = committed;
  rows[at + 5] = isEighth ? process.resourceUsage().maxRSS * 1024 : Number.NaN;
  rows[at + 6] = isEighth ? process.getActiveResourcesInfo().length : Number.NaN;
  if (mode === 'truth' && ended === 200) early = { at: 200, ...held() };
  if (mode === 'probed' && ended >= nextProbe && underWay <= 3 && probeCount < 64) probe();
}

function probe() {
  collect();
  collect(true);
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
  probes.set([ended, heap, external], probeCount++ * 3);
  const total = heap + external;
  const rose = lastHeld === 0 || total - lastHeld > 2 * (96 * 1024 + 0.006 * total);
  nextProbe = rose ? ended + Math.max(50, Math.ceil(0.15 * ended)) : Math.ceil(1.5 * ended);
  lastHeld = total;
}

function held() {
  collect();
  collect();
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
  return { heap, external, rss: process.memoryUsage.rss() };
}

/** What every program does besides: builds, writes and reads small objects, which are garbage at once. */
function work(share = 1) {
  const orders = [];
  for (let i = 0; i < objectCount * share; i++)
    orders.push({ id: `${ended}-${i}`, quantity: i % 7, tags: ['a', 'b'], price: { cents: i * 99 } });
  return JSON.parse(JSON.stringify(orders)).length;
}

function write(result) {
  process.stdout.write(JSON.stringify(result), () => process.exit(0));
}
