/**
 * Really throws the errors of `failing-modules.mjs` and `sealed-modules.mjs`: writes the modules to disk in several builds, bundles some with
 * esbuild, imports them, catches what they throw and prints it as a logger does. What comes back are log lines whose
 * truth, the place that threw, is known.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { build as bundle } from 'esbuild';
import { PACKAGES, vocabulary } from './failing-modules.mjs';
import { MORE_PACKAGES } from './more-failing-modules.mjs';
import { SEALED_PACKAGES } from './sealed-modules.mjs';
import { seededRandom, seedOf } from './seeded-random.mjs';

/** A deploy each: other folders, other lines, other file names, other wrapping. */
export const BUILDS = [
  { name: 'plain', folder: 'src', shift: 0 },
  { name: 'moved', folder: 'lib/features', shift: 40, flat: true },
  { name: 'hashed chunks', folder: 'out', shift: 9, hashed: true },
  { name: 'bundled', folder: 'dist', shift: 3, bundled: true },
  { name: 'minified', folder: 'dist', shift: 0, bundled: true, minify: true },
];
const EVENTS_OF_A_BUILD = 6;

/** @returns {Promise<{ truth: string, mechanism: string, build: string, line: string }[]>} */
export async function throwErrors(seed, mechanismsToUse) {
  const root = mkdtempSync(join(tmpdir(), 'nightlight-throws-'));
  try {
    const modules = mechanismsToUse.map(([mechanism, what], number) => ({ mechanism, what, v: vocabulary(seed, number), number }));
    const events = [];
    for (const build of BUILDS) {
      const entry = await writeBuild(join(root, `${build.name.replace(' ', '-')}-${seed}`), build, modules, seed);
      const { all } = await import(pathToFileURL(entry).href);
      for (const module of modules) events.push(...(await eventsOf(all, module, build, seed)));
    }
    return events;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function eventsOf(all, { mechanism, what, number }, build, seed) {
  const random = seededRandom(seedOf(seed, `${build.name} ${number}`));
  const print = PRINTERS[(number + seed) % PRINTERS.length];
  const events = [];
  for (let which = 0; which < what.failures; which++) {
    for (let n = 0; n < EVENTS_OF_A_BUILD; n++) {
      const p = { which, id: random.pick(IDS)(random), n: 1 + Math.floor(random.uniform() * 5000), name: random.pick(NAMES) };
      const callers = all[number];
      const error = await callers[n % callers.length](p).then(
        () => {
          throw new Error(`${mechanism} did not fail`);
        },
        (thrown) => thrown,
      );
      withoutThisFile(error);
      events.push({ truth: `${mechanism} #${number} ${which}`, mechanism, build: build.name, line: print(error) });
    }
  }
  return events;
}

/** In Lambda the runtime client stands where this file does. */
function withoutThisFile(error) {
  if (!(error instanceof Error)) return;
  error.stack = error.stack
    .split('\n')
    .filter((line) => !line.includes('/test/lab/'))
    .join('\n');
  withoutThisFile(error.cause);
  for (const one of error.errors ?? []) withoutThisFile(one);
}

/** @returns the file to import, which exports `all`: the callers of each module */
async function writeBuild(root, build, modules, seed) {
  for (const [name, code] of Object.entries({ ...PACKAGES, ...MORE_PACKAGES, ...SEALED_PACKAGES })) {
    write(
      join(root, 'node_modules', name, 'package.json'),
      JSON.stringify({ name, type: 'module', main: 'index.js', exports: './index.js' }),
    );
    write(join(root, 'node_modules', name, 'index.js'), code);
  }
  const imports = [];
  for (const { what, v, number } of modules) {
    const random = seededRandom(seedOf(seed, `file ${number}`));
    const hash = Math.floor(random.uniform() * 2 ** 32).toString(36);
    const file = build.hashed
      ? `chunk-${hash}${build.shift}.mjs`
      : build.flat
        ? `${v.noun}-${number}.mjs`
        : `${v.noun}/${v.fn}-${number}.mjs`;
    const padding = Array.from({ length: build.shift + (number % 5) }, (_, i) => `// ${i}`).join('\n');
    const entry = (what.entry ?? ((names) => names.fn))(v);
    const code = `${padding}\n${what.code(v)}
import { withRetry } from 'fake-retry';
async function ${v.callers[0]}(p) { return await ${entry}(p); }
async function ${v.callers[1]}(p) { await null; const done = await ${entry}(p); return done; }
async function ${v.callers[2]}(p) { return await withRetry(async () => ${entry}(p)); }
export const callers = [${v.callers.join(', ')}];\n`;
    write(join(root, build.folder, file), code);
    imports.push(`import { callers as c${number} } from './${file}';`);
  }
  const entry = join(root, build.folder, 'index.mjs');
  write(entry, `${imports.join('\n')}\nexport const all = [${modules.map(({ number }) => `c${number}`).join(', ')}];\n`);
  if (!build.bundled) return entry;
  const outfile = join(root, 'task', 'index.mjs');
  await bundle({
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    format: 'esm',
    minify: build.minify === true,
    outfile,
    logLevel: 'silent',
  });
  return outfile;
}

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

const IDS = [
  (random) => `ORD-${Math.floor(random.uniform() * 1e6)}`,
  (random) => `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-a${hex(random, 3)}-${hex(random, 12)}`,
  (random) => String(Math.floor(random.uniform() * 1e9)),
  (random) => `c${hex(random, 11)}`,
];
const NAMES = 'Norway Brazil Kenya Japan Chile Egypt Nepal Ghana Spain Italy Poland Oman Malta Yemen Samoa Fiji'.split(' ');
const hex = (random, length) => Array.from({ length }, () => Math.floor(random.uniform() * 16).toString(16)).join('');

const TIME = '2026-11-21T07:46:54.123Z';
const REQUEST = '3f9c1a52-9a3b-4e77-8c15-2b90d4a7e3f8';
/** How errors reach a log: Node's console and the runtime client of Lambda in text, pino, and Powertools' JSON. */
const PRINTERS = [
  (error) => `${TIME}\t${REQUEST}\tERROR\trequest failed ${inspect(error)}`,
  (error) => `${TIME}\t${REQUEST}\tERROR\tInvoke Error \t${JSON.stringify(lambdaError(error))}`,
  (error) =>
    JSON.stringify({ level: 50, time: 1795160814123, pid: 8, hostname: '169.254.1.1', err: pinoError(error), msg: 'request failed' }),
  (error) => JSON.stringify({ level: 'ERROR', message: 'request failed', timestamp: TIME, service: 'shop', error: powertoolsError(error) }),
];

/** aws-lambda-nodejs-runtime-interface-client, src/Errors.js: own enumerable properties follow type, message and stack. */
function lambdaError(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return {
    errorType: error.name,
    errorMessage: error.message,
    ...error,
    ...(error.cause && { cause: lambdaError(error.cause) }),
    stack: error.stack.split('\n'),
  };
}

/** pino-std-serializers, lib/err.js: the causes' messages and stacks are joined to the error's own. */
function pinoError(error) {
  if (!(error instanceof Error)) return { type: 'Error', message: String(error), stack: '' };
  const stackOf = (one) => (one.cause instanceof Error ? `${one.stack}\ncaused by: ${stackOf(one.cause)}` : one.stack);
  const messageOf = (one) => (one.cause instanceof Error ? `${one.message}: ${messageOf(one.cause)}` : one.message);
  return {
    type: error.constructor.name,
    message: messageOf(error),
    stack: stackOf(error),
    ...(error.code && { code: error.code }),
    ...(error.errors && { aggregateErrors: error.errors.map(pinoError) }),
  };
}

/** Powertools for AWS Lambda (TypeScript), Logger, formatError. */
function powertoolsError(error) {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), stack: '' };
  return {
    name: error.name,
    location: '',
    message: error.message,
    stack: error.stack,
    ...(error.code && { code: error.code }),
    ...(error.cause instanceof Error && { cause: powertoolsError(error.cause) }),
  };
}
