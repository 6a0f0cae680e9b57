import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { globToRegExp } from '../../analyzer/src/read/glob.ts';
import { listInputs, originFromPath } from '../../analyzer/src/read/inputs.ts';

const TASK = '453054b5-0000-4000-8000-00000000f001';
const STREAM_FOLDER = '2026-10-08-[$LATEST]0123456789abcdef0123456789abcdef';
const STREAM = '2026/10/08/[$LATEST]0123456789abcdef0123456789abcdef';
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'inputs-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), path);
  }
}

async function list(...args: string[]) {
  const { inputs, markers, errors } = await listInputs(args.map((arg) => (arg === '-' ? arg : join(root, arg))));
  const short = (path: string): string => path.replace(`${root}/`, '');
  return { paths: inputs.map((input) => short(input.path)), inputs, markers: markers.map((marker) => short(marker.path)), errors };
}

describe('files and folders', () => {
  test('a folder gives its files and those below it, by name, without hidden ones', async () => {
    put('b.log', 'a/z.log', 'a/.hidden.log', '.git/x.log', 'a/deep/er/y.log');
    const { paths, errors } = await list('');
    expect(paths).toEqual(['a/deep/er/y.log', 'a/z.log', 'b.log']);
    expect(errors).toEqual([]);
  });

  test('a file tells its size and its folder; a hidden one is read when it is named', async () => {
    put('.hidden.log');
    const { inputs } = await list('.hidden.log');
    expect(inputs).toEqual([{ path: join(root, '.hidden.log'), sizeBytes: 11, group: root }]);
  });

  test('stdin is one input without a size, however often it is named', async () => {
    expect((await list('-', '-')).inputs).toEqual([{ path: '-', sizeBytes: undefined, group: '-' }]);
  });

  test('a file that is reached twice is read once', async () => {
    put('a.log');
    linkSync(join(root, 'a.log'), join(root, 'b.log'));
    symlinkSync(join(root, 'a.log'), join(root, 'c.log'));
    expect((await list('a.log', '', '*.log', 'a.log')).paths).toEqual(['a.log']);
    expect((await list('', '')).errors).toEqual([]);
  });

  test('links that lead in a circle end', async () => {
    put('a/x.log');
    symlinkSync(join(root, 'a'), join(root, 'a/again'));
    symlinkSync(root, join(root, 'a/up'));
    expect((await list('')).paths).toEqual(['a/x.log']);
    expect((await list('**/*.log')).paths).toEqual(['a/x.log']);
  });

  test('the marker of an export is known, and not an input', async () => {
    put('aws-logs-write-test', `${TASK}/${STREAM_FOLDER}/000000.gz`);
    const { paths, markers, errors } = await list('');
    expect(markers).toEqual(['aws-logs-write-test']);
    expect(paths).toEqual([`${TASK}/${STREAM_FOLDER}/000000.gz`]);
    expect(errors).toEqual([]);
  });

  test('a folder that holds nothing but the marker is not called empty', async () => {
    put('aws-logs-write-test');
    expect((await list('')).errors).toEqual([]);
  });
});

describe('what cannot be used gives one error, and the others go on', () => {
  test('a mistyped name is answered with the nearest one', async () => {
    put('orders.json', 'other.csv');
    const { paths, errors } = await list('oders.json', 'other.csv');
    expect(paths).toEqual(['other.csv']);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({
      code: 'READ_NOT_FOUND',
      path: join(root, 'oders.json'),
      next: `Did you mean "${join(root, 'orders.json')}"?`,
    });
  });

  test('a mistyped folder is found on the way down', async () => {
    put('exports/orders.json');
    expect((await list('export/orders.json')).errors[0].next).toBe(`Did you mean "${join(root, 'exports')}"?`);
  });

  test('a forgotten ending is found', async () => {
    put('checkout.json.gz');
    expect((await list('checkout')).errors[0].next).toContain('checkout.json.gz');
  });

  test('a name like no other gets no false hint', async () => {
    put('orders.json');
    expect((await list('entirely-different')).errors[0].next).toBe(`To see what is there: ls ${root}`);
  });

  test('a path through a file says so', async () => {
    put('orders.json');
    expect((await list('orders.json/x')).errors[0]).toMatchObject({
      code: 'READ_NOT_FOUND',
      next: `"${join(root, 'orders.json')}" is not a folder.`,
    });
  });

  test('an empty folder is told, once', async () => {
    mkdirSync(join(root, 'none/deeper'), { recursive: true });
    put('none/.hidden');
    const { errors } = await list('none', 'none');
    expect(errors.map((error) => error.code)).toEqual(['READ_EMPTY']);
  });

  test('a link to nothing is told, the rest of its folder is read', async () => {
    put('a/x.log');
    symlinkSync(join(root, 'gone'), join(root, 'a/broken'));
    const { paths, errors } = await list('a');
    expect(paths).toEqual(['a/x.log']);
    expect(errors.map((error) => [error.code, error.path])).toEqual([['READ_NOT_FOUND', join(root, 'a/broken')]]);
  });

  test.skipIf(process.getuid?.() === 0)('a folder that may not be read is told, the others go on', async () => {
    put('secret/x.log', 'open/y.log');
    chmodSync(join(root, 'secret'), 0);
    const { paths, errors } = await list('');
    chmodSync(join(root, 'secret'), 0o700);
    expect(paths).toEqual(['open/y.log']);
    expect(errors.map((error) => error.code)).toEqual(['READ_NOT_PERMITTED']);
  });

  test('a name that no file system takes is told', async () => {
    expect((await list('x'.repeat(5000))).errors.map((error) => error.code)).toEqual(['READ_FAILED']);
  });
});

describe('patterns that no shell expanded', () => {
  test.each([
    ['*.log', ['a.log', 'b.log']],
    ['?.log', ['a.log', 'b.log']],
    ['[ac].log', ['a.log']],
    ['[!a].log', ['b.log']],
    ['{a,deep/{c,d}}.log', ['a.log', 'deep/c.log']],
    ['**/*.log', ['a.log', 'b.log', 'deep/c.log', 'deep/er/e.log']],
    ['**', ['a.log', 'b.log', 'deep/c.log', 'deep/er/e.log']],
    ['d*/er', ['deep/er/e.log']],
    ['deep/**/e.log', ['deep/er/e.log']],
  ])('%s', async (pattern, wanted) => {
    put('a.log', 'b.log', 'deep/c.log', 'deep/er/e.log', '.hidden.log');
    const { paths, errors } = await list(pattern);
    expect(paths.sort()).toEqual(wanted);
    expect(errors).toEqual([]);
  });

  test('a folder with brackets in its name is no pattern when it exists', async () => {
    put(`${STREAM_FOLDER}/000000.gz`, '2026-10-08-L0123/000000.gz');
    expect((await list(STREAM_FOLDER)).paths).toEqual([`${STREAM_FOLDER}/000000.gz`]);
  });

  test('a pattern that matches nothing is an error', async () => {
    const { errors } = await list('*.gz');
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ code: 'READ_NOT_FOUND', found: 'none that does', next: `To look: ls ${root}` });
  });

  test('a set that is no set and braces without end are text', () => {
    expect(globToRegExp('a[b').test('a[b')).toBe(true);
    expect(globToRegExp('[z-a]').test('[z-a]')).toBe(true);
    expect(globToRegExp('a.b-c+d').test('a.b-c+d')).toBe(true);
    expect(globToRegExp('a.b').test('axb')).toBe(false);
  });
});

describe('what the folders of an export tell', () => {
  test.each([
    [`exportedlogs/${TASK}/${STREAM_FOLDER}/000000.gz`, { logStream: STREAM }],
    [`checkout/${TASK}/${STREAM_FOLDER}/000000.gz`, { logStream: STREAM, functionName: 'checkout' }],
    [`bench/checkout/${STREAM_FOLDER}/000000.gz`, { logStream: STREAM, functionName: 'checkout' }],
    [`aws-lambda-checkout/${TASK}/${STREAM_FOLDER}/000000.gz`, { logStream: STREAM, functionName: 'checkout' }],
    [`logs/aws/lambda/checkout/${STREAM_FOLDER}/000001.gz`, { logStream: STREAM, functionName: 'checkout' }],
    ['aws/lambda/checkout/today.csv', { functionName: 'checkout' }],
    [
      `x/${TASK}/2026-10-08-orders[7]0123456789abcdef0123456789abcdef/000000.gz`,
      { logStream: '2026/10/08/orders[7]0123456789abcdef0123456789abcdef', functionName: 'orders' },
    ],
    [`exportedlogs/${TASK}/eni-0416a1c81c87ab9c9-all/000000.gz`, { logStream: 'eni-0416a1c81c87ab9c9-all' }],
    [`exportedlogs/${TASK}/exportedlogs.gz`, {}],
    ['downloads/log-events-viewer-result.csv', {}],
    [`${STREAM_FOLDER}/000000.gz`, { logStream: STREAM }],
  ])('%s', (path, origin) => {
    expect(originFromPath(path)).toEqual(origin);
  });
});
