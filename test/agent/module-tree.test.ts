import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createModuleTree } from '../../agent/src/measure/module-tree.ts';
import { nameModule, packageOfFile } from '../../agent/src/measure/package-name.ts';

const none = new Map<string, number>();
const module = (packageName: string, id = packageName) => ({ packageName, id });
const asItIs = (id: string) => id;

describe('the tree of packages', () => {
  test('takes from a package what others of its imports took, and names who brought them in', () => {
    const tree = createModuleTree('nightlight', 0);
    const [app, web, json] = [{}, {}, {}];
    tree.enter(app, module('.', 'app.js'), undefined, 10);
    tree.enter(web, module('web'), '.', 12);
    tree.enter(json, module('json'), 'web', 15);
    tree.leave(json, 65);
    tree.leave(web, 70);
    tree.leave(app, 71);
    const { packages, slowestModules } = tree.finish(500, new Map([['web', 4]]), asItIs);
    expect(packages).toEqual([
      { name: 'nightlight', selfMs: 0, moduleCount: 0 },
      { name: '.', selfMs: 3, moduleCount: 0 },
      { name: 'web', selfMs: 8, moduleCount: 4, parentIndex: 1 },
      { name: 'json', selfMs: 50, moduleCount: 0, parentIndex: 2 },
    ]);
    expect(slowestModules[0]).toEqual({ name: 'app.js', totalMs: 61, selfMs: 3 });
  });

  test('names the root nobody’s parent, and leaves out of the slow modules what shall not be shown', () => {
    const tree = createModuleTree('nightlight', 0);
    const [redirect, handler] = [{}, {}];
    tree.begin(redirect, module('nightlight', 'redirect.mjs'), undefined, 0);
    tree.enter(handler, module('.', 'handler.js'), undefined, 5);
    tree.leave(handler, 95);
    tree.end(redirect, 100);
    const { packages, slowestModules } = tree.finish(100, none, (id) => (id === 'redirect.mjs' ? undefined : id));
    expect(packages).toEqual([
      { name: 'nightlight', selfMs: 10, moduleCount: 0 },
      { name: '.', selfMs: 90, moduleCount: 0 },
    ]);
    expect(slowestModules.map(({ name }) => name)).toEqual(['handler.js']);
  });

  test('counts a module that meets itself in a cycle once', () => {
    const tree = createModuleTree('nightlight', 0);
    const [a, b, again] = [{}, {}, {}];
    tree.enter(a, module('a'), undefined, 0);
    tree.enter(b, module('b'), 'a', 10);
    tree.enter(again, module('a'), 'b', 20);
    tree.leave(again, 21);
    tree.leave(b, 30);
    tree.leave(a, 40);
    const { slowestModules, packages } = tree.finish(40, none, asItIs);
    expect(slowestModules).toEqual([
      { name: 'a', totalMs: 40, selfMs: 21 },
      { name: 'b', totalMs: 20, selfMs: 19 },
    ]);
    expect(packages.find(({ name }) => name === 'a')?.parentIndex).toBeUndefined();
  });

  test('gives each moment of two imports that overlap to one of them only', () => {
    const tree = createModuleTree('nightlight', 0);
    const [one, two] = [{}, {}];
    tree.begin(one, module('one'), '.', 0);
    tree.begin(two, module('two'), '.', 10);
    tree.end(one, 40);
    tree.end(two, 100);
    const { packages, slowestModules } = tree.finish(100, none, asItIs);
    expect(packages.reduce((sum, { selfMs }) => sum + selfMs, 0)).toBe(100);
    expect(Object.fromEntries(slowestModules.map(({ name, totalMs }) => [name, totalMs]))).toEqual({ one: 40, two: 90 });
  });

  test('passes over the end of a load that began before it was watched', () => {
    const tree = createModuleTree('nightlight', 0);
    tree.leave({}, 5);
    tree.end({}, 6);
    expect(tree.finish(10, none, asItIs).packages).toEqual([{ name: 'nightlight', selfMs: 0, moduleCount: 0 }]);
  });

  test('of three hundred packages names twenty-four, with their parents, and sums up the rest', () => {
    const tree = createModuleTree('nightlight', 0);
    let nowMs = 0;
    for (let i = 0; i < 100; i++) {
      const [top, middle, leaf] = [{}, {}, {}];
      tree.enter(top, module(`top-${i}`), undefined, nowMs);
      tree.enter(middle, module(`middle-${i}`), `top-${i}`, nowMs);
      tree.enter(leaf, module(`leaf-${i}`), `middle-${i}`, nowMs);
      nowMs += i;
      tree.leave(leaf, nowMs);
      tree.leave(middle, nowMs);
      tree.leave(top, nowMs);
    }
    const { packages, slowestModules } = tree.finish(nowMs, none, asItIs);
    expect(packages).toHaveLength(25);
    expect(packages.at(-1)).toMatchObject({ name: '*', moduleCount: 0 });
    expect(packages.some(({ name }) => name === 'leaf-99')).toBe(true);
    for (const [i, { parentIndex }] of packages.entries()) expect(parentIndex ?? -1).toBeLessThan(i);
    expect(packages.reduce((sum, { selfMs }) => sum + selfMs, 0)).toBeCloseTo(nowMs);
    expect(slowestModules).toHaveLength(12);
  });

  test('whatever is loaded in whatever order: no time is negative, and together they are the time that passed', () => {
    const step = fc.record({ what: fc.constantFrom('enter', 'leave', 'begin', 'end'), which: fc.nat(5), ms: fc.nat(20) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const tree = createModuleTree('nightlight', 0);
        const required: object[] = [];
        const imported: object[] = [];
        let [nowMs, busyMs] = [0, 0];
        for (const { what, which, ms } of steps) {
          if (required.length + imported.length > 0) busyMs += ms;
          nowMs += ms;
          const key = {};
          if (what === 'enter') tree.enter(key, module(`p${which}`), which ? `p${which - 1}` : undefined, nowMs);
          if (what === 'enter') required.push(key);
          if (what === 'leave' && required.length > 0) tree.leave(required.pop()!, nowMs);
          if (what === 'begin') tree.begin(key, module(`p${which}`), undefined, nowMs);
          if (what === 'begin') imported.push(key);
          if (what === 'end' && imported.length > 0) tree.end(imported.splice(which % imported.length, 1)[0]!, nowMs);
        }
        const { packages, slowestModules } = tree.finish(nowMs, none, asItIs);
        expect(packages.reduce((sum, { selfMs }) => sum + selfMs, 0)).toBe(busyMs);
        for (const { selfMs, parentIndex } of packages) expect(Math.min(selfMs, parentIndex ?? 0)).toBeGreaterThanOrEqual(0);
        for (const { totalMs, selfMs } of slowestModules) expect(totalMs).toBeGreaterThanOrEqual(selfMs!);
      }),
    );
  });
});

describe('the package of a file', () => {
  test.each([
    ['/var/task/node_modules/express/lib/router.js', 'express'],
    ['/var/task/node_modules/@aws-sdk/client-s3/dist/index.js', '@aws-sdk/client-s3'],
    ['/var/task/node_modules/a/node_modules/b/index.js', 'b'],
    ['/app/node_modules/.pnpm/@s+n@1.0.0_x@2/node_modules/@s/n/i.js', '@s/n'],
    ['/app/.yarn/cache/left-pad-npm-1.3.0.zip/node_modules/left-pad/index.js', 'left-pad'],
    ['C:\\app\\node_modules\\@s\\n\\i.js', '@s/n'],
    ['/opt/nodejs/node_modules/pg/lib/index.js', 'pg'],
    ['/opt/nodejs/shared.js', '/opt'],
    ['/var/runtime/index.mjs', 'aws-lambda-ric'],
    ['/var/task/node_modules/aws-lambda-ric/index.mjs', 'aws-lambda-ric'],
    ['/opt/nightlight/modules.cjs', 'nightlight'],
    ['/app/node_modules/@nightlight/agent/dist/probe.cjs', 'nightlight'],
    ['/var/task/bundle.js', '.'],
  ])('%s is %s', (path, name) => {
    expect(packageOfFile(path, '/opt/nightlight')).toBe(name);
  });
});

describe('the name of a module', () => {
  const packageOf = (path: string) => packageOfFile(path, '/opt/nightlight');
  test.each([
    ['fs', undefined, 'node:', 'node:fs'],
    ['node:test', undefined, 'node:', 'node:test'],
    ['express', '/var/task/app.js', 'express', 'express'],
    ['@s/n/lib/x', '/var/task/app.js', '@s/n', '@s/n/lib/x'],
    ['./lib/x', '/var/task/app.js', '.', '/var/task/lib/x'],
    ['..', '/var/task/node_modules/a/lib/x.js', 'a', '/var/task/node_modules/a'],
    ['#internal', '/var/task/node_modules/a/lib/x.js', 'a', '/var/task/node_modules/a/lib/#internal'],
    ['file:///var/task/app.mjs', undefined, '.', '/var/task/app.mjs'],
    ['file:%zz', undefined, 'file:%zz', 'file:%zz'],
    ['/opt/nightlight/death.cjs', undefined, 'nightlight', '/opt/nightlight/death.cjs'],
    [7, undefined, '.', 'unnamed'],
  ])('%s from %s is of %s: %s', (words, parent, packageName, id) => {
    expect(nameModule(words, parent, packageOf)).toEqual({ packageName, id });
  });
});
