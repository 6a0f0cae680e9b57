/** What injects faults must not be where nobody asked for it: not in the preload, not in a part, not in the layer. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, expect, test } from 'vitest';
import { layOutAgent, layOutLayer } from '../../agent/layer/lay-out.mjs';

const agent = fileURLToPath(new URL('../../agent', import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'nightlight-no-drill-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** Stands in the drill's own file, and in no other. */
const SIGN = 'nightlight.drill.1';

async function sourcesOf(entries: string[]): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: agent,
    entryPoints: entries,
    bundle: true,
    write: false,
    metafile: true,
    outdir: 'unwritten',
    format: 'esm',
    platform: 'node',
    external: ['@opentelemetry/*', 'hdr-histogram-js'],
  });
  return Object.keys(metafile.inputs).filter((path) => path.startsWith('src/drill/'));
}

test('neither the preload, nor the handler, nor the API, nor any part is made of drill sources', async () => {
  const parts = readdirSync(join(agent, 'src/parts')).map((name) => `src/parts/${name}`);
  expect(await sourcesOf(['src/preload.ts', 'src/host/lambda/handler.mts', 'src/index.ts', ...parts])).toEqual([]);
  // The question can be answered with yes.
  expect((await sourcesOf(['src/drill/entry.ts'])).length).toBeGreaterThan(10);
});

test('the layer and what `agent check` runs hold no byte of it; the package has it as a file of its own', async () => {
  expect(readFileSync(join(agent, 'dist/drill.cjs'), 'utf8')).toContain(SIGN);
  await layOutLayer(agent, join(out, 'layer'));
  layOutAgent(agent, join(out, 'agent'));
  const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(out, name)).isFile());
  expect(files).toContain('layer/nightlight/preload.cjs');
  expect(files.filter((name) => name.includes('drill') || readFileSync(join(out, name), 'utf8').includes(SIGN))).toEqual([]);
});
