import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModuleLoading } from '../../agent/src/parts/modules.ts';
import { decodeRecord } from '../../agent/src/record/index.ts';
import { bundleForTest } from '../support/bundle-for-test.ts';

const run = promisify(execFile);
let bundle: string;
let app: string;

beforeAll(async () => {
  bundle = await bundleForTest('agent/src/parts/modules.ts');
  app = mkdtempSync(join(tmpdir(), 'nightlight-modules-'));
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(app, path)), { recursive: true });
    writeFileSync(join(app, path), text);
  }
});
afterAll(() => {
  rmSync(app, { recursive: true, force: true });
  rmSync(dirname(bundle), { recursive: true, force: true });
});

const SPIN = (ms: number) => `const until = performance.now() + ${ms}; while (performance.now() < until);`;

const FILES = {
  // Stands in for the preload: watches from before the program until it ends, and writes what it saw to stderr.
  'watch.cjs': `
    const { watchModules } = require(process.env.BUNDLE);
    const notes = [], strikes = [];
    const agent = {
      quietly(what, hook) { try { return hook(); } catch (error) { strikes.push(error.stack); } },
      note: (about, text) => notes.push(text),
    };
    const watch = watchModules(agent);
    process.on('exit', () => {
      const loading = watch.stop();
      process.stderr.write('\\n' + JSON.stringify({ loading, members: watch(), notes, strikes }) + '\\n');
    });`,
  'node_modules/slow/index.js': `require('quick'); ${SPIN(50)} module.exports = 'slow';`,
  'node_modules/quick/index.js': `module.exports = 'quick';`,
  'node_modules/@scope/mid/index.js': `exports.slow = require('slow'); exports.path = require('node:path');`,
  'app.cjs': `require('quick'); require('@scope/mid'); require('./own/helper');`,
  'own/helper.js': `module.exports = 1;`,
  'healthy.cjs': `require('quick');`,
  'node_modules/esm/package.json': '{"name":"esm","type":"module","exports":"./index.js"}',
  'node_modules/esm/index.js': `import './inner.js'; import slow from 'slow'; await new Promise((done) => setTimeout(done, 20)); export default slow;`,
  'node_modules/esm/inner.js': `export const inner = 1;`,
  'app.mjs': `import esm from 'esm'; console.log(esm);`,
  'overlap.mjs': `const [a, b] = await Promise.all([import('esm'), import('quick')]); console.log(a.default, b.default);`,
  'imports.cjs': `require('quick'); import('esm').then(({ default: text }) => console.log(text));`,
  'function.cjs': `require('slow');`,
  'esm-function.mjs': `import './own/helper.js'; import 'esm';`,
  // Stands in for Lambda's runtime client, which loads the handler through the agent's redirect.
  'node_modules/aws-lambda-ric/index.mjs': 'await import(process.env.HANDLER);',
  'behaviour.cjs': `
    const Module = require('node:module');
    const said = [];
    said.push(require('quick') === require('quick'), require.main === module, require.cache[require.resolve('quick')].exports);
    try { require('./missing'); } catch (error) { said.push(error.code, error.message.split('\\n')[0], error.requireStack.length); }
    try { require('./throws'); } catch (error) { said.push(error === globalThis.thrown); }
    try { require(''); } catch (error) { said.push(error.code); }
    try { require(7); } catch (error) { said.push(error.code); }
    try { require('./broken.json'); } catch (error) { said.push(error.name); }
    said.push(require('./cycle-a').done, require('./data.json').text, module.children.length, Module._load.length, Module._load.name);
    delete require.cache[require.resolve('quick')];
    said.push(require('quick'), Module.createRequire(__filename)('quick'));
    console.log(JSON.stringify(said));`,
  'throws.js': `globalThis.thrown = new Error('mine'); throw globalThis.thrown;`,
  'broken.json': '{',
  'data.json': '{"text":"data"}',
  'cycle-a.js': `exports.early = 1; const b = require('./cycle-b'); exports.done = b.sawEarly;`,
  'cycle-b.js': `exports.sawEarly = require('./cycle-a').early;`,
  'mock-before.cjs': `
    const Module = require('node:module');
    const original = Module._load;
    Module._load = function (words, ...more) { return words === 'virtual' ? 'mocked' : original.call(this, words, ...more); };`,
  'mock-after.cjs': `
    require('./mock-before.cjs');
    const Module = require('node:module');
    process.once('exit', () => process.stdout.write(' ' + require('virtual') + ' ' + require('quick')));
    process.stdout.write(require('virtual') + ' ' + require('quick'));`,
  'uses-mock.cjs': `process.stdout.write(require('virtual') + ' ' + require('quick'));`,
  'restored.cjs': `
    const Module = require('node:module');
    const before = Module._load;
    const { watchModules } = require(process.env.BUNDLE);
    const agent = { quietly: (what, hook) => hook(), note() {} };
    const watch = watchModules(agent);
    const during = Module._load;
    watch();
    const others = [Module._load === before];
    const again = watchModules(agent);
    const ours = Module._load;
    Module._load = function () { return ours.apply(this, arguments); };
    const theirs = Module._load;
    again();
    others.push(Module._load === theirs, require('quick'));
    console.log(JSON.stringify([during === before, ...others]));`,
};

interface Seen {
  readonly loading: ModuleLoading;
  readonly members: object;
  readonly notes: readonly string[];
  readonly strikes: readonly string[];
}

async function watched(node: string, program: string, options: string[] = [], env: object = {}): Promise<Seen & { stdout: string }> {
  const { stdout, stderr } = await run(node, [...options, '--require', './watch.cjs', program], {
    cwd: app,
    env: { ...process.env, BUNDLE: bundle, NODE_OPTIONS: '', ...env },
  });
  return { stdout, ...(JSON.parse(stderr.trim().split('\n').at(-1)!) as Seen) };
}

const plain = async (node: string, program: string): Promise<string> =>
  (await run(node, [program], { cwd: app, env: { ...process.env, BUNDLE: bundle, NODE_OPTIONS: '' } })).stdout;

const packagesOf = ({ loading }: Seen) => {
  const packages = loading.packages!;
  return Object.fromEntries(packages.map((one) => [one.name, { ...one, parent: packages[one.parentIndex!]?.name }]));
};

const LINES = [Number(process.versions.node.split('.')[0]), 22, 24, 26].map((line, i) => ({
  line,
  node: i === 0 ? process.execPath : fileURLToPath(new URL(`../../.cache/node/${line}/bin/node`, import.meta.url)),
}));

for (const { line, node } of LINES) {
  const why = existsSync(node) ? '' : ` (skipped: .cache/node/${line} is not there)`;
  describe.skipIf(why)(`on Node ${line}${why}`, () => {
    test('the package that takes long to load is named first, with the one that brought it in', async () => {
      const seen = await watched(node, 'app.cjs');
      const packages = packagesOf(seen);
      const slowest = seen.loading.packages!.toSorted((a, b) => b.selfMs - a.selfMs)[0]!;
      expect(slowest.name).toBe('slow');
      expect(slowest.selfMs).toBeGreaterThanOrEqual(50);
      expect(packages.slow).toMatchObject({ parent: '@scope/mid', moduleCount: 1 });
      expect(packages['@scope/mid']).toMatchObject({ parent: '.', moduleCount: 1 });
      expect(packages['@scope/mid']!.selfMs).toBeLessThan(50);
      expect(packages.quick).toMatchObject({ parent: '.' });
      expect(packages['node:']).toMatchObject({ moduleCount: 1 });
      expect(seen.loading.packages![0]!.name).toBe('nightlight');
      expect(seen.loading.moduleCount).toBe(6);
      expect(seen.notes).toEqual([]);
      expect(seen.strikes).toEqual([]);
    });

    test('a program that loads little names nothing as slow', async () => {
      const { loading } = await watched(node, 'healthy.cjs');
      expect(loading.packages!.map(({ name }) => name)).toEqual(['nightlight', '.', 'quick']);
      expect(loading.moduleCount).toBe(2);
    });

    test('the times of all packages add up to what the program’s main module took', async () => {
      const { loading } = await watched(node, 'app.cjs');
      const main = loading.slowestModules![0]!;
      const ofProgram = loading.packages!.slice(1).reduce((sum, { selfMs }) => sum + selfMs, 0);
      expect(main.name).toBe('app.cjs');
      expect(ofProgram).toBeCloseTo(main.totalMs, 5);
    });

    test('what it says is a record line that can be read back', async () => {
      const { loading, members } = await watched(node, 'app.cjs');
      const decoded = decodeRecord(`{"nl":1,"k":"init",${JSON.stringify(members).slice(1)}`);
      expect(decoded).toMatchObject({ kind: 'record', record: { kind: 'init', moduleCount: loading.moduleCount } });
    });

    test('with ES modules in play nothing is counted that was not seen, and the agent says so', async () => {
      const seen = await watched(node, 'app.mjs');
      expect(seen.stdout).toBe('slow\n');
      expect(seen.loading.moduleCount).toBeUndefined();
      expect(seen.notes).toHaveLength(1);
      expect(packagesOf(seen).slow!.selfMs).toBeGreaterThanOrEqual(50);
      expect((await watched(node, 'imports.cjs')).notes).toHaveLength(1);
    });

    test('behind the ES modules of Lambda’s runtime client a handler of CommonJS is counted whole, and one of ES modules is not', async () => {
      const underRuntime = (handler: string) =>
        watched(node, 'node_modules/aws-lambda-ric/index.mjs', [], {
          LAMBDA_TASK_ROOT: app,
          _HANDLER: `${handler.split('.')[0]}.handler`,
          HANDLER: join(app, handler),
        });
      const whole = await underRuntime('function.cjs');
      expect(packagesOf(whole)).toMatchObject({ '.': { moduleCount: 1 }, slow: { parent: '.' } });
      expect(whole.loading.moduleCount).toBeGreaterThanOrEqual(3);
      expect(whole.notes).toEqual([]);
      const hidden = await underRuntime('esm-function.mjs');
      expect(hidden.loading.moduleCount).toBeUndefined();
      expect(hidden.notes).toHaveLength(1);
    });

    test('imports at the same time take no negative time, and none twice', async () => {
      const seen = await watched(node, 'overlap.mjs');
      expect(seen.stdout).toBe('slow quick\n');
      for (const { selfMs } of [...seen.loading.packages!, ...seen.loading.slowestModules!]) expect(selfMs!).toBeGreaterThanOrEqual(0);
      expect(seen.strikes).toEqual([]);
    });

    test('require behaves as it does without the watch: results, caches, errors, cycles, main', async () => {
      const { stdout, strikes } = await watched(node, 'behaviour.cjs');
      expect(stdout).toBe(await plain(node, 'behaviour.cjs'));
      expect(JSON.parse(stdout)[0]).toBe(true);
      expect(strikes).toEqual([]);
    });

    test('who patches Module._load before or after the watch keeps working, also once it has ended', async () => {
      expect((await watched(node, 'uses-mock.cjs', ['--require', './mock-before.cjs'])).stdout).toBe('mocked quick');
      expect((await watched(node, 'mock-after.cjs')).stdout).toBe('mocked quick mocked quick');
    });

    test('after the watch Module._load is what it was, or what somebody made of it meanwhile', async () => {
      const [isUntouched, ...afterwards] = JSON.parse(await plain(node, 'restored.cjs')) as unknown[];
      expect(isUntouched).toBe(line >= 22);
      expect(afterwards).toEqual([true, true, 'quick']);
    });
  });
}
