/** Errors of a really bundled and minified program, really thrown, told in its sources. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bytes, epochMilliseconds } from '@nightlight/agent/record';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analyze } from '../../analyzer/src/analyze.ts';
import { follow } from '../../analyzer/src/live/index.ts';
import type { Report } from '../../analyzer/src/report/report.ts';
import { leakLine } from '../support/agent-lines.ts';

const folder = mkdtempSync(join(tmpdir(), 'nightlight-maps-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const command = fileURLToPath(new URL('../../tui/dist/main.js', import.meta.url));

const CART = `export class Cart {
  items: { id: string; amount: number }[] = [];
}

export function addItem(cart: Cart, id: string, amount: number): number {
  if (!(amount > 0)) throw new TypeError('amount of ' + id + ' is not a number');
  cart.items.push({ id, amount });
  return cart.items.length;
}

export function removeItem(cart: Cart, id: string): number {
  const at = cart.items.findIndex((item) => item.id === id);
  if (at < 0) throw new TypeError('amount of ' + id + ' is not a number');
  return cart.items.splice(at, 1).length;
}
`;
const HANDLER = `import { addItem, Cart, removeItem } from './cart.ts';

async function priceOf(event: { what: string; amount: number }): Promise<number> {
  await new Promise((done) => setImmediate(done));
  const cart = new Cart();
  return event.what === 'add' ? addItem(cart, 'sku', event.amount) : removeItem(cart, 'sku');
}

export const handler = async (event: { what: string; amount: number }) => ({ total: await priceOf(event) });
`;
/** Moves every place of the bundle, as the next deploy does. */
const BALLAST = `export const table = ${JSON.stringify(Array.from({ length: 300 }, (_, i) => `row ${i}`))};\nexport const rows = (globalThis as { rows?: number }).rows ?? table.length;\n`;

interface Build {
  readonly bundle: string;
  readonly map: string;
}

function build(name: string, ballast: string, sourcemap: 'external' | 'inline' | 'linked' = 'external'): Build {
  const source = join(folder, 'repository', 'src');
  mkdirSync(source, { recursive: true });
  writeFileSync(join(source, 'cart.ts'), CART);
  writeFileSync(join(source, 'table.ts'), ballast === '' ? 'export const rows = 0;\n' : ballast);
  writeFileSync(join(source, 'handler.ts'), `${HANDLER}export { rows } from './table.ts';\n`);
  const bundle = join(folder, 'repository', name, 'handler.js');
  buildSync({
    entryPoints: [join(source, 'handler.ts')],
    outfile: bundle,
    bundle: true,
    minify: true,
    sourcemap,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
  return { bundle, map: `${bundle}.map` };
}

/** What the runtime would print of the error that the bundle throws, with its paths as they are in Lambda. */
function thrown({ bundle }: Build, what: string): { errorType: string; errorMessage: string; stack: string[] } {
  const script = `require(${JSON.stringify(bundle)}).handler({ what: ${JSON.stringify(what)}, amount: -1 }).catch((error) => console.log(JSON.stringify({ errorType: error.name, errorMessage: error.message, stack: error.stack.split('\\n') })))`;
  const { stdout } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  return JSON.parse(stdout.replaceAll(join(folder, 'repository'), '/var/task'));
}

let first: Build;
let second: Build;
let lines: string[] = [];
let requests = 0;
const AT_MS = Date.UTC(2026, 10, 21, 1);

function attempt(error: unknown, stream = '2026/11/21/[7]0000000000000000000000000000abcd'): void {
  const id = `${(++requests).toString(16).padStart(8, '0')}-0000-4000-8000-000000000001`;
  const atMs = AT_MS + requests * 1000;
  const row = (message: string) => lines.push(`${atMs},"${message.replaceAll('"', '""')}",${stream}`);
  row(`START RequestId: ${id} Version: 7`);
  if (error !== undefined) row(`${new Date(atMs).toISOString()}\t${id}\tERROR\tInvoke Error \t${JSON.stringify(error)}`);
  row(`END RequestId: ${id}`);
  row(`REPORT RequestId: ${id}\tDuration: 12.00 ms\tBilled Duration: 12 ms\tMemory Size: 512 MB\tMax Memory Used: 90 MB`);
}

function written(name: string): string {
  const path = join(folder, `${name}.csv`);
  writeFileSync(path, `timestamp,message,logStreamName\n${lines.join('\n')}\n`);
  lines = [];
  return path;
}

const failed = (report: Report) => report.failures.filter(({ rate }) => rate.count > 0);

beforeAll(() => {
  first = build('dist', '');
  second = build('next', BALLAST);
});

describe('with its map', () => {
  test('a minified frame is told as function, file and line of the source, with the bundled place beside', async () => {
    attempt(thrown(first, 'add'));
    const path = written('one');
    const [failure] = failed(await analyze([path], { sourceMapsPath: join(folder, 'repository') }));
    const lineOfThrow = CART.split('\n').findIndex((line) => line.includes('throw')) + 1;
    expect(failure!.stack[0]).toMatch(new RegExp(`^addItem \\(src/cart\\.ts:${lineOfThrow}:\\d+\\) \\[dist/handler\\.js:1:\\d+\\]$`));
    expect(failure!.stack[1]).toMatch(/^(async )?\S+ \(src\/handler\.ts:6:\d+\) \[dist\/handler\.js:1:\d+\]$/);
    const [plain] = failed(await analyze([path]));
    expect(plain!.stack[0]).toMatch(/^\S+ \(\/var\/task\/dist\/handler\.js:1:\d+\)$/);
  });

  test('explain, and a file that is followed, tell it as well', async () => {
    attempt(thrown(first, 'add'));
    const path = written('followed');
    const maps = join(folder, 'repository');
    const { stdout } = spawnSync(process.execPath, [command, 'explain', 'F-1', path, '--source-maps', maps], { encoding: 'utf8' });
    expect(stdout).toMatch(/addItem \(src\/cart\.ts:\d+:\d+\)\s+\[dist\/handler\.js:1:\d+\]/);
    const live = follow([{ kind: 'path', path }], { sourceMapsPath: maps, lookEveryMs: 5 });
    await live.caughtUp();
    await live.finish();
    expect(failed(live.picture().report)[0]!.stack[0]).toMatch(/^addItem \(src\/cart\.ts:/);
  });

  test('two builds of one failure are one group, and two failures that say the same are two', async () => {
    for (let i = 0; i < 3; i++) {
      attempt(thrown(first, 'add'));
      attempt(thrown(second, 'add'));
    }
    attempt(thrown(first, 'remove'));
    const path = written('builds');
    const report = await analyze([path], { sourceMapsPath: join(folder, 'repository') });
    expect(failed(report).map(({ stack, rate }) => [stack[0]!.split(' ')[0], rate.count])).toEqual([
      ['addItem', 6],
      ['removeItem', 1],
    ]);
    expect(report.dataQuality.sourceMaps!.map(({ file, kind }) => [file, kind])).toEqual(
      expect.arrayContaining([
        ['dist/handler.js', 'resolved'],
        ['next/handler.js', 'resolved'],
      ]),
    );
  });

  test('frames that nobody printed do no harm', async () => {
    const real = thrown(first, 'add');
    const odd = [
      'at a\u2028b (/var/task/dist/handler.js:1:500)',
      `at ${'('.repeat(5000)}.js:1:2)`,
      'at r (/var/task/dist/handler.js:99999999999:1)',
    ];
    attempt({ ...real, stack: [...real.stack.slice(0, 3), ...odd.map((line) => `    ${line}`)] });
    const [failure] = failed(await analyze([written('odd')], { sourceMapsPath: join(folder, 'repository') }));
    expect(failure!.stack[0]).toMatch(/^addItem \(/);
  });

  test('a map inside the script, and one that the script names, are found', async () => {
    for (const sourcemap of ['inline', 'linked'] as const) {
      const made = build(sourcemap, '', sourcemap);
      const maps = join(folder, `only-${sourcemap}`);
      mkdirSync(maps);
      if (sourcemap === 'inline') copyFileSync(made.bundle, join(maps, 'handler.js'));
      else {
        writeFileSync(join(maps, 'handler.js'), readFileSync(made.bundle, 'utf8').replace('handler.js.map', 'maps/other-name.json'));
        mkdirSync(join(maps, 'maps'));
        copyFileSync(made.map, join(maps, 'maps', 'other-name.json'));
      }
      attempt(thrown(made, 'add'));
      const [failure] = failed(await analyze([written(sourcemap)], { sourceMapsPath: maps }));
      expect(failure!.stack[0]).toMatch(/^addItem \(src\/cart\.ts:/);
    }
  });
});

test('of two builds whose maps lie side by side, the one in which every place of the stack begins something is taken', async () => {
  const maps = join(folder, 'both');
  for (const [name, { map }] of [
    ['v41', first],
    ['v42', second],
  ] as const) {
    mkdirSync(join(maps, name), { recursive: true });
    copyFileSync(map, join(maps, name, 'handler.js.map'));
  }
  for (const made of [first, second]) {
    const error = thrown(made, 'remove');
    attempt({ ...error, stack: error.stack.map((line) => line.replace(/\/(?:dist|next)\/handler/, '/handler')) });
  }
  const [failure, ...others] = failed(await analyze([written('both')], { sourceMapsPath: maps }));
  expect(others).toEqual([]);
  expect([failure!.rate.count, failure!.stack[0]!.split(' ')[0]]).toEqual([2, 'removeItem']);
});

describe('without a map that fits, the frame stays as it was printed and the report says why:', () => {
  const cases: readonly [name: string, kind: string, because: RegExp, make: (maps: string) => void][] = [
    ['none', 'no-map', /no map of that name/, () => {}],
    [
      'one that is cut off',
      'broken-map',
      /JSON|Unterminated|Unexpected|Expected/,
      (maps) => writeFileSync(join(maps, 'handler.js.map'), readFileSync(first.map, 'utf8').slice(0, 200)),
    ],
    [
      'one that is no map',
      'broken-map',
      /no source map of version 3/,
      (maps) => writeFileSync(join(maps, 'handler.js.map'), '{"version":2}'),
    ],
    [
      'one that names another file',
      'foreign-map',
      /belongs to app\.js/,
      (maps) =>
        writeFileSync(join(maps, 'handler.js.map'), JSON.stringify({ ...JSON.parse(readFileSync(first.map, 'utf8')), file: 'app.js' })),
    ],
    [
      'one of another build',
      'foreign-map|not-in-map',
      /another build|does not speak/,
      (maps) => copyFileSync(second.map, join(maps, 'handler.js.map')),
    ],
    [
      'two that fit as well',
      'several-maps',
      /several maps fit/,
      (maps) => {
        for (const name of ['a', 'b']) {
          mkdirSync(join(maps, name));
          const map = JSON.parse(readFileSync(first.map, 'utf8')) as { sources: string[] };
          writeFileSync(
            join(maps, name, 'handler.js.map'),
            JSON.stringify({ ...map, sources: map.sources.map((source) => source.replace('src', name)) }),
          );
        }
      },
    ],
  ];
  test.each(cases)('%s', async (name, kind, because, make) => {
    const maps = join(folder, `maps ${name}`);
    mkdirSync(maps);
    make(maps);
    attempt(thrown(first, 'add'));
    const report = await analyze([written(name)], { sourceMapsPath: maps });
    expect(failed(report)[0]!.stack[0]).toMatch(/^\S+ \(\/var\/task\/dist\/handler\.js:1:\d+\)$/);
    const gaps = report.dataQuality.sourceMaps!;
    expect(gaps.every((gap) => kind.split('|').includes(gap.kind))).toBe(true);
    expect(gaps[0]!.because).toMatch(because);
    expect(gaps[0]!.placeCount).toBeGreaterThan(0);
  });

  test('a folder that is not there', () => {
    attempt(undefined);
    const { stderr, status } = spawnSync(
      process.execPath,
      [command, 'analyze', written('quiet'), '--source-maps', join(folder, 'nowhere')],
      { encoding: 'utf8' },
    );
    expect(status).toBe(2);
    expect(stderr).toMatch(/SOURCE_MAPS_NOT_A_FOLDER.*nowhere: expected a folder with source maps/s);
  });
});

test('allocation sites of a bundle are told in its sources; the line of a minified bundle alone tells nothing', async () => {
  const generated = readFileSync(first.bundle, 'utf8').split('\n')[0]!;
  // Where V8 says that a function is: at its parameters.
  const column = generated.search(/\(\w+,\w+,\w+\)\{if\(!/) + 1;
  const site = { functionName: 'r', file: 'dist/handler.js', line: 1, liveBytes: bytes(1_048_576) };
  attempt(undefined);
  lines.push(
    `${AT_MS + requests * 1000},"${leakLine(AT_MS, { verdict: 'leaking', allocationSites: [{ ...site, column }, site], atEpochMs: epochMilliseconds(AT_MS) }).replaceAll('"', '""')}",2026/11/21/[7]0000000000000000000000000000abcd`,
  );
  const report = await analyze([written('leak')], { sourceMapsPath: join(folder, 'repository') });
  const sites = report.memory.flatMap(({ agentVerdicts }) => agentVerdicts ?? []).flatMap((verdict) => verdict.sites);
  const lineOfFunction = CART.split('\n').findIndex((line) => line.includes('function addItem')) + 1;
  expect(sites.map(({ functionName, file, line }) => [functionName, file, line])).toEqual([
    ['addItem', 'src/cart.ts', lineOfFunction],
    ['r', 'dist/handler.js', 1],
  ]);
});
