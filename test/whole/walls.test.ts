/** A wall that nobody has seen fail is not a wall: plants each forbidden import and expects the linter to object. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

const FORBIDDEN: readonly (readonly [file: string, imported: string])[] = [
  ['agent/src/record/planted.ts', 'node:fs'],
  ['agent/src/record/planted.ts', '../emit/line.ts'],
  ['agent/src/record/planted.ts', 'hdr-histogram-js'],
  ['agent/src/measure/planted.ts', '@nightlight/analyzer'],
  ['agent/src/measure/planted.ts', '@opentelemetry/api'],
  ['agent/src/measure/planted.ts', '../host/lambda/lambda-host.ts'],
  ['agent/src/measure/planted.ts', '../emit/stdout-line.ts'],
  ['agent/src/emit/planted.ts', '../host/process/windows.ts'],
  ['agent/src/emit/planted.ts', '@opentelemetry/api'],
  ['agent/src/host/lambda/planted.ts', '@nightlight/analyzer'],
  ['agent/src/planted.ts', './drill/controller.ts'],
  ['agent/src/parts/planted.ts', '../drill/controller.ts'],
  ['agent/src/measure/planted.ts', '../drill/candidates.ts'],
  ['agent/src/emit/planted.ts', '../drill/token.ts'],
  ['analyzer/src/read/planted.ts', '../parse/facts.ts'],
  ['analyzer/src/read/planted.ts', '../report/report.ts'],
  ['analyzer/src/parse/planted.ts', '../assemble/index.ts'],
  ['analyzer/src/parse/planted.ts', '@nightlight/agent'],
  ['analyzer/src/assemble/planted.ts', '../store/summary.ts'],
  ['analyzer/src/store/planted.ts', '../diagnose/finding.ts'],
  ['analyzer/src/diagnose/planted.ts', '../report/report.ts'],
  ['analyzer/src/failures/planted.ts', '../report/report.ts'],
  ['analyzer/src/recovery/planted.ts', '../pipeline/pipeline.ts'],
  ['analyzer/src/report/view/planted.ts', '../../pipeline/pipeline.ts'],
  ['analyzer/src/store/planted.ts', '../live/follow.ts'],
  ['analyzer/src/report/planted.ts', '../live/follow.ts'],
  ['analyzer/src/pipeline/planted.ts', '../live/follow.ts'],
  ['analyzer/src/live/planted.ts', 'ink'],
  ['analyzer/src/report/planted.ts', 'ink'],
  ['analyzer/src/stats/planted.ts', 'node:os'],
  ['analyzer/src/stats/planted.ts', '../store/summary.ts'],
  ['tui/src/commands/planted.ts', '@nightlight/agent'],
  ['tui/src/commands/planted.ts', '@nightlight/agent/drill'],
  ['tui/src/model/planted.ts', '@nightlight/agent/drill-control'],
  ['tui/src/commands/planted.ts', '../../../analyzer/src/store/summary.ts'],
  ['tui/src/model/planted.ts', '../../../analyzer/src/store/summary.ts'],
  ['tui/src/model/planted.ts', 'ink'],
  ['tui/src/model/planted.ts', 'node:fs'],
  ['tui/src/model/planted.ts', '../screens/overview.tsx'],
  ['tui/src/model/planted.ts', '../terminal/frame-writer.ts'],
  ['tui/src/frame/planted.ts', 'node:fs'],
  ['tui/src/frame/planted.ts', '@nightlight/analyzer'],
  ['tui/src/frame/planted.ts', '../model/screen.ts'],
];
const ALLOWED: readonly (readonly [file: string, imported: string])[] = [
  ['agent/src/record/planted.ts', './units.ts'],
  ['analyzer/src/parse/planted.ts', '@nightlight/agent/record'],
  ['analyzer/src/diagnose/planted.ts', '../store/summary.ts'],
  ['analyzer/src/live/planted.ts', '../report/report.ts'],
  ['analyzer/src/stats/planted.ts', 'hdr-histogram-js'],
  ['tui/src/commands/planted.ts', '@nightlight/agent/record'],
  ['tui/src/commands/planted.ts', '@nightlight/agent/drill-control'],
  ['agent/src/drill/planted.ts', '../agent.ts'],
  ['tui/src/commands/planted.ts', '@nightlight/analyzer/report'],
  ['tui/src/model/planted.ts', '@nightlight/analyzer'],
  ['tui/src/model/planted.ts', '../frame/line.ts'],
  ['tui/src/frame/planted.ts', '@nightlight/analyzer/wording'],
  ['tui/src/screens/planted.tsx', 'ink'],
];

let house = '';
beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), 'nightlight-walls-'));
  const config = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
  delete config.$schema;
  delete config.vcs;
  writeFileSync(join(house, 'biome.json'), JSON.stringify(config));
});
afterAll(() => rmSync(house, { recursive: true, force: true }));

function objections(file: string, imported: string): string {
  const path = join(house, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `import { planted } from '${imported}';\nconsole.log(planted);\n`);
  try {
    execFileSync(join(root, 'node_modules/.bin/biome'), ['lint', '--only=style/noRestrictedImports', file], { cwd: house, stdio: 'pipe' });
    return '';
  } catch (error) {
    return String((error as { stderr?: Buffer }).stderr);
  } finally {
    rmSync(path);
  }
}

test.each(FORBIDDEN)('%s may not import %s', (file, imported) => {
  expect(objections(file, imported)).toContain('noRestrictedImports');
});

test.each(ALLOWED)('%s may import %s', (file, imported) => {
  expect(objections(file, imported)).toBe('');
});
