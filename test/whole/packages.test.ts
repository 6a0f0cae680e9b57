/**
 * The packages as users get them: packed, unpacked into an empty folder, with only what they declare beside them.
 *
 * Dependencies are linked instead of installed, so that no registry is asked; one that is used and not declared is not
 * linked and its import fails, as it would after `npm install`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const example = join(root, 'fixtures/example');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

let home = '';
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'nightlight-packages-'));
  writeFileSync(join(home, 'package.json'), '{"private":true,"type":"module"}');
  for (const workspace of ['agent', 'analyzer', 'tui']) install(workspace);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

test('the command prints its version', () => {
  expect(nightlight('--version')).toBe(`${version}\n`);
});

test('the command analyses an export in this thread and in two workers, with the same findings', () => {
  const findings = ['1', '2'].map((workers) => {
    const report = JSON.parse(nightlight('analyze', example, '--format', 'json', '--workers', workers));
    return report.findings;
  });
  expect(findings[0].length).toBeGreaterThan(5);
  expect(findings[1]).toEqual(findings[0]);
});

test('a program can import the analyzer and the record contract by name', () => {
  const program = `
    import { analyze } from '@nightlight/analyzer';
    import { encodeRecord, decodeRecord } from '@nightlight/agent/record';
    const report = await analyze([${JSON.stringify(example)}]);
    console.log(report.findings.length > 5, typeof encodeRecord, typeof decodeRecord);`;
  writeFileSync(join(home, 'program.mjs'), program);
  expect(execFileSync(process.execPath, ['program.mjs'], { cwd: home, encoding: 'utf8' })).toBe('true function function\n');
});

test('the command brings along what it runs on, with the licences of it', () => {
  const folder = join(home, 'node_modules/nightlight');
  expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).dependencies).toBeUndefined();
  const licences = readFileSync(join(folder, 'dist/THIRD-PARTY-LICENCES.txt'), 'utf8');
  for (const name of ['commander', 'hdr-histogram-js', 'ink', 'react']) expect(licences).toMatch(new RegExp(`^${name} \\d`, 'm'));
});

test('nothing inside a package can be imported but its doors', () => {
  writeFileSync(join(home, 'burglar.mjs'), `await import('@nightlight/analyzer/dist/analyze.js');`);
  expect(() => execFileSync(process.execPath, ['burglar.mjs'], { cwd: home, stdio: 'pipe' })).toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED');
});

test('every package carries its licence and its readme, and no source or test', () => {
  for (const name of ['@nightlight/agent', '@nightlight/analyzer', 'nightlight']) {
    const folder = join(home, 'node_modules', name);
    expect(readFileSync(join(folder, 'LICENSE'), 'utf8')).toContain('Apache License');
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain(name);
    expect(() => readFileSync(join(folder, 'tsconfig.json'))).toThrow('ENOENT');
  }
});

function nightlight(...args: string[]): string {
  return execFileSync(process.execPath, [join(home, 'node_modules/nightlight/dist/main.js'), ...args], { cwd: home, encoding: 'utf8' });
}

function install(workspace: string): void {
  const packed = execFileSync('npm', ['pack', '--json', '--silent', '--pack-destination', home], {
    cwd: join(root, workspace),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ name, filename }] = JSON.parse(packed);
  const folder = join(home, 'node_modules', name);
  mkdirSync(folder, { recursive: true });
  execFileSync('tar', ['-xzf', join(home, filename), '--strip-components=1', '-C', folder]);
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  for (const dependency of Object.keys(dependencies)) {
    if (dependency.startsWith('@nightlight/')) continue;
    const link = join(home, 'node_modules', dependency);
    mkdirSync(dirname(link), { recursive: true });
    const own = join(root, workspace, 'node_modules', dependency);
    symlinkSync(existsSync(own) ? own : join(root, 'node_modules', dependency), link);
  }
}
