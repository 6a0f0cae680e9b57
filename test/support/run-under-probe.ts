/**
 * Runs a program of `fixtures/leaks` in a process of its own with the probe's part loaded, and reads what it told.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { decodeRecord } from '../../agent/src/record/index.ts';
import type { LeakRecord } from '../../agent/src/record/leak-record.ts';

export interface ProbeRun {
  readonly leaks: readonly LeakRecord[];
  readonly notes: readonly string[];
  readonly inspectorLoaded: boolean;
  /** Another whenever V8's flags were others after a work than before it. */
  readonly flagTags: readonly number[];
}

export interface ProbeRunOptions {
  readonly invocations: number;
  readonly keepBytes?: number;
  readonly durationMs?: number;
  readonly nodeArguments?: readonly string[];
}

export async function runUnderProbe(program: string, { nodeArguments = [], ...options }: ProbeRunOptions): Promise<ProbeRun> {
  const programPath = join(import.meta.dirname, '../../fixtures/leaks', program);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...nodeArguments, join(import.meta.dirname, 'probe-host.mjs'), await probePart(), programPath, JSON.stringify(options)],
    { cwd: join(import.meta.dirname, '../../fixtures/leaks'), maxBuffer: 64 * 1024 * 1024 },
  );
  const lines = stdout.split('\n').filter((line) => line !== '');
  return {
    leaks: lines
      .map(decodeRecord)
      .flatMap((decoded) => (decoded.kind === 'record' && decoded.record.kind === 'leak' ? [decoded.record] : [])),
    ...(JSON.parse(lines.find((line) => line.startsWith('{"inspectorLoaded"'))!) as Pick<ProbeRun, 'inspectorLoaded' | 'flagTags'>),
    notes: lines.flatMap((line) => (line.startsWith('{"about"') ? [JSON.parse(line).text as string] : [])),
  };
}

let bundled: Promise<string> | undefined;

/** As the package ships it: one CommonJS file. */
export function probePart(): Promise<string> {
  bundled ??= (async () => {
    const outfile = join(mkdtempSync(join(tmpdir(), 'probe-part-')), 'probe.cjs');
    await build({
      entryPoints: [join(import.meta.dirname, '../../agent/src/parts/probe.ts')],
      bundle: true,
      outfile,
      format: 'cjs',
      platform: 'node',
      target: 'node20.19',
      logLevel: 'warning',
    });
    return outfile;
  })();
  return bundled;
}
