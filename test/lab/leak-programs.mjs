/**
 * Programs that leak and programs that do not, as people write them: each gives a handler that is called with the number
 * of the invocation. All do the same everyday work besides, which is garbage at once.
 *
 * `keepBytes` is about what one invocation of a leaking program keeps, and what an entry of a bounded one holds.
 */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { basename } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createDeflate } from 'node:zlib';

/** @typedef {(number: number) => unknown} Handler */
/** @typedef {{ keepBytes: number, invocations: number, random: ReturnType<typeof import('./seeded-random.mjs').seededRandom>, work: (share?: number) => unknown }} World */

/** @type {Record<string, (world: World) => Handler | Promise<Handler>>} */
export const LEAKING_PROGRAMS = {
  listener({ keepBytes }) {
    const settings = new EventEmitter().setMaxListeners(0);
    return (n) => {
      const context = words(keepBytes, n);
      settings.on('changed', () => context.fill(0));
    };
  },
  'closure-chain'({ keepBytes }) {
    let next = () => 0;
    return (n) => {
      const before = next;
      const session = words(keepBytes, n);
      next = () => session.length + before.length;
      return next;
    };
  },
  'global-array'({ keepBytes }) {
    const history = [];
    return (n) => history.push(rows(keepBytes, n));
  },
  'unique-keys'({ keepBytes }) {
    const cache = new Map();
    return (n) => cache.set(`order-${n}`, rows(keepBytes, n));
  },
  async 'unclosed-sockets'() {
    const server = createServer((socket) => socket.on('error', () => {}));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address();
    return () => new Promise((resolve) => connect(port, '127.0.0.1', resolve).on('error', resolve));
  },
  buffers({ keepBytes }) {
    const kept = [];
    return (n) => kept.push(Buffer.alloc(keepBytes * 3, n));
  },
  timers({ keepBytes }) {
    return (n) => {
      const token = words(keepBytes, n);
      setInterval(() => token.reverse(), 3_600_000).unref();
    };
  },
  'pending-promises'({ keepBytes }) {
    const never = new Promise(() => {});
    return (n) => {
      const session = words(keepBytes, n);
      never.then(() => session.length);
    };
  },
  'unclosed-zlib'() {
    const streams = [];
    return () => {
      const deflate = createDeflate({ level: 1, memLevel: 4 });
      deflate.write('x');
      streams.push(deflate);
    };
  },
  'error-path'({ keepBytes, random }) {
    const failed = [];
    return (n) => {
      if (random.uniform() < 0.05) failed.push(rows(keepBytes * 20, n));
    };
  },
  slow() {
    const names = [];
    return (n) => names.push(`request ${n} of somebody whose name is remembered ${'x'.repeat(n % 7)}`, { n, at: n * 2, kept: [n, n] });
  },
  'late-start'({ keepBytes, invocations, random }) {
    const from = invocations * random.between(0.2, 0.5);
    const kept = [];
    return (n) => {
      if (n > from) kept.push(rows(keepBytes * 1.5, n));
    };
  },
  'payload-leak'({ keepBytes, random, work }) {
    const kept = [];
    return (n) => {
      const size = Math.exp(0.8 * random.normal() - 0.32);
      work(size);
      kept.push(rows(keepBytes * size, n));
    };
  },
  'burst-leak'({ keepBytes, work }) {
    const kept = [];
    return (n) => {
      if (n % 150 < 6) work(12);
      kept.push(rows(keepBytes, n));
    };
  },
  'concurrent-leak'({ keepBytes, work }) {
    const kept = [];
    return async (n) => {
      const open = rows(20_000, n);
      for (let turn = n % 3; turn >= 0; turn--) await nextTurn();
      work(0.3);
      kept.push(rows(keepBytes, n));
      return open.length;
    };
  },
};

/** @type {Record<string, (world: World) => Handler | Promise<Handler>>} */
export const HEALTHY_PROGRAMS = {
  steady: () => () => {},
  'warm-up'({ keepBytes, invocations }) {
    const warm = [];
    const tau = invocations * 0.05;
    return (n) => {
      const size = keepBytes * 8 * Math.exp(-n / tau);
      if (size > 200) warm.push(rows(size, n));
    };
  },
  lru({ keepBytes, invocations }) {
    const cache = new Map();
    const room = Math.floor(invocations * 0.3);
    return (n) => {
      cache.set(n, rows(keepBytes, n));
      if (cache.size > room) cache.delete(cache.keys().next().value);
    };
  },
  zipf({ keepBytes, random }) {
    const cache = new Map();
    return (n) => {
      for (let draw = 0; draw < 3; draw++) {
        const key = Math.floor(400 * random.uniform() ** 3);
        if (!cache.has(key)) cache.set(key, rows(keepBytes * 2, n));
      }
    };
  },
  payload:
    ({ random, work }) =>
    () =>
      work(Math.exp(0.8 * random.normal() - 0.32)),
  diurnal:
    ({ invocations, work }) =>
    (n) =>
      work(1 + 0.8 * Math.sin((6 * Math.PI * n) / invocations)),
  burst:
    ({ work }) =>
    (n) =>
      n % 150 < 6 ? work(12) : undefined,
  step({ keepBytes, invocations, random }) {
    const at = Math.floor(invocations * random.between(0.3, 0.8));
    const table = [];
    return (n) => {
      if (n === at) for (let i = 0; i < 1500; i++) table.push(rows(keepBytes, i));
    };
  },
  ttl({ keepBytes }) {
    const entries = new Map();
    return (n) => {
      entries.set(n, rows(keepBytes, n));
      entries.delete(n - 120);
    };
  },
  jit() {
    const compiled = [];
    return (n) => {
      // Ever less code is new: after 400 functions everything was called once.
      if (compiled.length < 400 && Math.floor(60 * Math.log(n + 1)) > compiled.length) {
        compiled.push(new Function('a', `${Array.from({ length: 60 }, (_, i) => `a = a * ${n + i} % 1013;`).join('')} return a;`));
      }
      let sum = 0;
      for (const call of compiled) sum += call(n);
      return sum;
    };
  },
  'high-water-pool'({ random }) {
    const pool = [];
    return () => {
      const wanted = Math.max(1, Math.round(2 * Math.exp(0.5 * random.normal())));
      while (pool.length < wanted) pool.push(Buffer.alloc(400_000, 1));
    };
  },
  'buffer-churn'() {
    let held = [];
    return (n) => {
      held = Array.from({ length: 1 + (n % 9) }, (_, i) => Buffer.alloc(120_000, i));
      return held.length;
    };
  },
  concurrent({ work }) {
    return async (n) => {
      const open = rows(20_000, n);
      for (let turn = n % 3; turn >= 0; turn--) await nextTurn();
      work(0.3);
      return open.length;
    };
  },
};

/** Of which several invocations are under way at a time. */
export const CONCURRENT_PROGRAMS = ['concurrent', 'concurrent-leak'];
/** What an invocation keeps varies over the life, so that one slope does not describe it. */
export const UNEVEN_PROGRAMS = ['late-start'];

/** About so many bytes of small objects, of which each string is its own. */
function rows(bytes, number) {
  const made = [];
  for (let i = 0; i < bytes / 100; i++) made.push({ number, i, text: `row ${number} ${i}` });
  return made;
}

const words = (bytes, number) => new Array(Math.ceil(bytes / 8)).fill(number + 0.5);

/**
 * What makes the objects that each leaking program keeps: one of the two helpers below, or Node on behalf of the program's own
 * handler. `slow` makes them in the handler itself.
 */
const MAKES_WHAT_IS_KEPT = {
  listener: 'words',
  'closure-chain': 'words',
  timers: 'words',
  'pending-promises': 'words',
  'unclosed-sockets': 'handler',
  buffers: 'handler',
  'unclosed-zlib': 'handler',
  slow: 'handler',
};

/**
 * Where a leaking program allocates what it keeps, read off this file's own text: the function that makes it, and the program's
 * handler, which calls that function and keeps what it returns. V8 may compile the one into the other, and then knows only
 * the handler.
 *
 * @returns {Array<{ role: 'makes' | 'keeps', functionName: string, file: string, line: number }>}
 */
export function trueSitesOf(name) {
  const source = readFileSync(fileURLToPath(import.meta.url), 'utf8');
  const file = basename(fileURLToPath(import.meta.url));
  const lineAt = (offset) => source.slice(0, offset).split('\n').length;
  const program = LEAKING_PROGRAMS[name].toString();
  const handlerAt = source.indexOf(program) + /return (async )?\(n?\) =>/.exec(program).index;
  const handler = { functionName: '(anonymous)', file, line: lineAt(handlerAt) };
  const maker = MAKES_WHAT_IS_KEPT[name] ?? 'rows';
  if (maker === 'handler') return [{ role: 'makes', ...handler }];
  const makerAt = source.search(new RegExp(`^(function|const) ${maker}\\b`, 'm'));
  return [
    { role: 'makes', functionName: maker, file, line: lineAt(makerAt) },
    { role: 'keeps', ...handler },
  ];
}
