import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstFrameChunk, withoutTheDoor } from '../../setup/first-frame-chunk.mjs';

const folder = mkdtempSync(join(tmpdir(), 'nightlight-start-'));
const tui = fileURLToPath(new URL('../../tui', import.meta.url));
const main = join(folder, 'main.mjs');
let outputs: Metafile['outputs'];

beforeAll(async () => {
  // Everything goes in, so that the bundle runs from anywhere.
  const options = {
    absWorkingDir: tui,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    // Ink asks for React's developer tools, which nobody installs.
    external: ['react-devtools-core'],
    conditions: ['nightlight-source'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  } satisfies BuildOptions;
  const { metafile } = await build({
    ...options,
    entryPoints: ['src/main.ts'],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    plugins: [await firstFrameChunk(tui, options)],
    metafile: true,
  });
  for (const gone of withoutTheDoor(tui, metafile.outputs)) delete metafile.outputs[gone];
  outputs = metafile.outputs;
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the first file to run brings neither the command parser nor the analyzer with it', () => {
  const names = Object.keys(outputs);
  const needed = new Set([names.find((name) => name.endsWith('main.mjs'))!]);
  for (const name of needed) {
    for (const imported of outputs[name]?.imports ?? []) if (imported.kind === 'import-statement') needed.add(imported.path);
  }
  const sources = [...needed].flatMap((name) => Object.keys(outputs[name]?.inputs ?? {}));
  expect(sources.sort()).toEqual(['src/main.ts', 'src/version.ts']);
});

test('one file holds what the first frame of the dashboard needs, and neither Ink nor React nor the analyzer', () => {
  const holds = (source: string) => Object.keys(outputs).filter((name) => Object.hasOwn(outputs[name]!.inputs, source));
  const [file] = holds('src/shell/run-shell.ts');
  for (const source of ['src/command-line.ts', 'src/process-world.ts', 'src/commands/watch.ts', 'src/frame/painter.ts'])
    expect(holds(source), source).toEqual([file]);
  const { imports, inputs } = outputs[file!]!;
  // The bundler's own helpers stand apart; they are there already when this file is loaded.
  const besides = imports.filter(({ kind, external }) => kind === 'import-statement' && external !== true);
  expect(besides.flatMap(({ path }) => Object.keys(outputs[path]!.inputs))).toEqual([]);
  expect(Object.keys(inputs).filter((source) => /node_modules\/(?:ink|react|yoga)/.test(source))).toEqual([]);
  expect(Object.keys(inputs).filter((source) => /analyzer\/src\/(?!wording-exports|report\/wording\/)/.test(source))).toEqual([]);
});

test('the version, the short help and a mistake each end with their own exit code', async () => {
  expect(await run('--version')).toEqual({ exitCode: 0, stdout: '0.1.0\n', stderr: '' });
  expect((await run()).stdout).toContain('nightlight analyze export.csv');
  expect(await run('analyze', '--nonsense')).toMatchObject({ exitCode: 2, stdout: '' });
});

test('a reader that closes the pipe early is no failure', async () => {
  expect(await run.closing('help', 'formats')).toEqual({ exitCode: 0, stderr: '' });
});

async function run(...words: string[]): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [main, ...words]);
  const [stdout, stderr, exitCode] = await Promise.all([read(child.stdout), read(child.stderr), ended(child)]);
  return { exitCode, stdout, stderr };
}

run.closing = async (...words: string[]): Promise<{ exitCode: number | null; stderr: string }> => {
  const child = spawn(process.execPath, [main, ...words]);
  child.stdout.destroy();
  const [stderr, exitCode] = await Promise.all([read(child.stderr), ended(child)]);
  return { exitCode, stderr };
};

function ended(child: ReturnType<typeof spawn>): Promise<number | null> {
  return new Promise((settle) => child.once('close', settle));
}

async function read(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}
