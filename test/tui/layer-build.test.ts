/** The layer from the agent's files to the zip, read back by the system's own unzip and by Python. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { layOutLayer } from '../../agent/layer/lay-out.mjs';
import { runLayerBuild } from '../../tui/src/commands/layer-build.ts';
import { readLayer } from '../../tui/src/layer/shipped-layer.ts';
import { zipArchive } from '../../tui/src/layer/zip-archive.ts';
import type { World } from '../../tui/src/world.ts';

const hasUnzip = spawnSync('unzip', ['-v']).error === undefined;
const hasPython = spawnSync('python3', ['--version']).error === undefined;

let home = '';
let agentFolder = '';
let layer = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'nightlight-layer-'));
  agentFolder = join(home, 'agent');
  layer = join(home, 'layer');
  mkdirSync(join(agentFolder, 'dist'), { recursive: true });
  writeFileSync(join(agentFolder, 'package.json'), '{"name":"@nightlight/agent","version":"1.2.3","license":"Apache-2.0","type":"module"}');
  writeDist('preload.cjs', 'globalThis.agentIsHere = true;\n'.repeat(40));
  writeDist('handler.mjs', 'export const handler = () => {};\n');
  for (const part of ['extension', 'index', 'probe', 'process']) writeDist(`${part}.cjs`, `exports.${part} = () => {};\n`);
  writeDist('index.js', `export { countDropped } from './counts.js';\n`);
  writeDist('counts.js', `export const countDropped = () => 'counted';\n`);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const writeDist = (name: string, content: string) => writeFileSync(join(agentFolder, 'dist', name), content);

describe('what the layer holds', () => {
  test('the agent, its parts, the wrapper and the door for the code, and nothing of a long-running process', async () => {
    await layOutLayer(agentFolder, layer);
    expect(readLayer(layer).map(({ path }) => path)).toEqual([
      'nightlight/LICENSE',
      'nightlight/extension.cjs',
      'nightlight/handler.mjs',
      'nightlight/preload.cjs',
      'nightlight/probe.cjs',
      'nightlight/wrapper',
      'nodejs/node_modules/@nightlight/agent/index.cjs',
      'nodejs/node_modules/@nightlight/agent/index.mjs',
      'nodejs/node_modules/@nightlight/agent/package.json',
      'nodejs/node_modules/@nightlight/agent/preload.cjs',
    ]);
  });

  test('code in a function finds the door: by require through NODE_PATH, by import where it is installed', async () => {
    await layOutLayer(agentFolder, layer);
    const env = { PATH: process.env.PATH!, NODE_PATH: join(layer, 'nodejs/node_modules') };
    const required = execFileSync(process.execPath, ['-p', 'require("@nightlight/agent").countDropped()'], {
      cwd: home,
      env,
      encoding: 'utf8',
    });
    expect(required).toBe('counted\n');
    const script = 'require("@nightlight/agent/preload"); console.log(globalThis.agentIsHere)';
    expect(execFileSync(process.execPath, ['-e', script], { cwd: home, env, encoding: 'utf8' })).toBe('true\n');
    const program = `import { countDropped } from '@nightlight/agent'; console.log(countDropped());`;
    writeFileSync(join(layer, 'nodejs/program.mjs'), program);
    expect(execFileSync(process.execPath, [join(layer, 'nodejs/program.mjs')], { encoding: 'utf8' })).toBe('counted\n');
  });

  test('what every cold start reads may have 10,240 bytes, to the byte', async () => {
    const handlerBytes = statSync(join(agentFolder, 'dist/handler.mjs')).size;
    writeDist('preload.cjs', ' '.repeat(10_240 - handlerBytes));
    await layOutLayer(agentFolder, layer);
    writeDist('preload.cjs', ' '.repeat(10_241 - handlerBytes));
    await expect(layOutLayer(agentFolder, layer)).rejects.toThrow(
      `expected at most 10240 bytes to be read at each cold start, found 10241 (preload.cjs ${10_241 - handlerBytes} + handler.mjs ${handlerBytes})`,
    );
  });

  test('an agent that is not built is told as that', async () => {
    rmSync(join(agentFolder, 'dist/preload.cjs'));
    await expect(layOutLayer(agentFolder, layer)).rejects.toThrow('expected the built agent, found no preload.cjs');
  });

  test('what an earlier build left does not stay in the layer', async () => {
    await layOutLayer(agentFolder, layer);
    writeFileSync(join(layer, 'nightlight/old.cjs'), '');
    await layOutLayer(agentFolder, layer);
    expect(existsSync(join(layer, 'nightlight/old.cjs'))).toBe(false);
  });
});

describe('the zip', () => {
  test('the same files make the same bytes, in any time zone and with any times on the disk', async () => {
    await layOutLayer(agentFolder, layer);
    const first = zipArchive(readLayer(layer));
    await layOutLayer(agentFolder, join(home, 'again'));
    const zones = ['Pacific/Auckland', 'America/Los_Angeles'].map((zone) => {
      const before = process.env.TZ;
      process.env.TZ = zone;
      try {
        return sha256(zipArchive(readLayer(join(home, 'again'))));
      } finally {
        if (before === undefined) delete process.env.TZ;
        else process.env.TZ = before;
      }
    });
    expect(zones).toEqual([sha256(first), sha256(first)]);
  });

  test('another byte in one file makes another zip', async () => {
    await layOutLayer(agentFolder, layer);
    const before = sha256(zipArchive(readLayer(layer)));
    writeFileSync(join(layer, 'nightlight/probe.cjs'), 'exports.probe = 1;');
    expect(sha256(zipArchive(readLayer(layer)))).not.toBe(before);
  });

  test.skipIf(!hasUnzip)('unzip finds it whole, and the wrapper executable', async () => {
    const zip = await builtZip();
    expect(execFileSync('unzip', ['-t', zip], { encoding: 'utf8' })).toContain('No errors detected');
    const opt = join(home, 'opt');
    execFileSync('unzip', ['-q', zip, '-d', opt]);
    expect(statSync(join(opt, 'nightlight/wrapper')).mode & 0o777).toBe(0o755);
    expect(statSync(join(opt, 'nightlight/preload.cjs')).mode & 0o777).toBe(0o644);
    for (const { path, content } of readLayer(layer)) expect(readFileSync(join(opt, path)).equals(content)).toBe(true);
    const run = spawnSync(join(opt, 'nightlight/wrapper'), [process.execPath, '-p', 'globalThis.agentIsHere'], { encoding: 'utf8' });
    expect(run.stdout).toBe('true\n');
  });

  test.skipIf(!hasPython)("Python's zipfile finds every file with its checksum, mode and the earliest time", async () => {
    const zip = await builtZip();
    const script = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    print(json.dumps([z.testzip(), [[i.filename, oct(i.external_attr >> 16), i.create_system, list(i.date_time)] for i in z.infolist()]]))`;
    const [bad, entries] = JSON.parse(execFileSync('python3', ['-c', script, zip], { encoding: 'utf8' }));
    expect(bad).toBeNull();
    expect(entries).toEqual(
      readLayer(layer).map(({ path, isExecutable }) => [path, isExecutable ? '0o100755' : '0o100644', 3, [1980, 1, 1, 0, 0, 0]]),
    );
  });
});

describe('nightlight layer build', () => {
  test('writes the zip and prints its size, its checksum, what is in it, and how to publish it', async () => {
    const zip = join(home, 'out.zip');
    await layOutLayer(agentFolder, layer);
    const stdout = await build({ out: zip });
    const bytes = readFileSync(zip);
    expect(stdout).toContain(`${bytes.length} bytes, 10 files`);
    expect(stdout).toContain(`sha256  ${sha256(bytes)}`);
    expect(stdout).toMatch(/\d+ {2}nightlight\/wrapper {2}\(executable\)/);
    expect(stdout).toContain(`--zip-file fileb://${zip}`);
    expect(stdout).toContain('nodejs20.x nodejs22.x nodejs24.x');
    expect(stdout).toContain('x86_64 arm64');
  });

  test('a place that cannot be written to is an error that says so, and leaves nothing', async () => {
    await layOutLayer(agentFolder, layer);
    await expect(build({ out: join(home, 'nowhere/out.zip') })).rejects.toMatchObject({ code: 'OUT_NOT_WRITTEN', exitCode: 1 });
  });

  test('an installation without the files of the layer says what is missing', async () => {
    await expect(build({ out: join(home, 'out.zip') })).rejects.toMatchObject({ code: 'LAYER_MISSING', exitCode: 1 });
  });
});

async function builtZip(): Promise<string> {
  await layOutLayer(agentFolder, layer);
  const zip = join(home, 'layer.zip');
  await build({ out: zip });
  return zip;
}

async function build(options: { readonly out: string }): Promise<string> {
  let stdout = '';
  const world = { stdout: { write: (text: string) => (stdout += text), isTerminal: false, columns: undefined } } as unknown as World;
  expect(await runLayerBuild(options, world, layer)).toBe(0);
  return stdout;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
