/**
 * What the dashboard costs, on a pseudo-terminal of 120x40 with the workload of `watch/workload.mjs`, against ordinary Ink
 * boxes in the same run.
 *
 *   npm run bench -- watch [--only first-frame,frames,keys,pictures,memory,heap] [--quick]
 *
 * `--quick` takes fewer and shorter runs.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { build } from 'esbuild';
import { judged, printFigures } from './figures.mjs';
import { spread } from './statistics.mjs';
import { firstFrameOf } from './watch/first-frame.mjs';
import { ended, onTerminal, PTY_AROUND_A_PIPE } from './watch/on-terminal.mjs';
import { residentAfter } from './watch/resident.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

export async function bench(args) {
  const { values } = parseArgs({
    args,
    options: { only: { type: 'string', default: Object.keys(PARTS).join(',') }, quick: { type: 'boolean', default: false } },
  });
  const parts = values.only.split(',');
  const unknown = parts.find((part) => !(part in PARTS));
  if (unknown !== undefined) throw new Error(`--only ${unknown}: expected ${Object.keys(PARTS).join(', ')}`);
  const folder = mkdtempSync(join(tmpdir(), 'nightlight-bench-'));
  const isQuick = values.quick;
  const seconds = isQuick ? 4 : 12;
  const several = async (entry, how) => {
    const program = await bundled(entry, folder);
    const results = [];
    for (let run = 0; run < (isQuick ? 1 : 3); run++) results.push(await measuredRun(program, how, folder));
    return results;
  };
  try {
    const figures = [];
    for (const part of parts) figures.push(...(await PARTS[part]({ folder, isQuick, seconds, several })));
    printFigures(figures, `120x40, ${seconds} s a run`);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What `--only` names. */
const PARTS = { 'first-frame': firstFrames, frames, keys, pictures, memory, heap };

async function firstFrames({ folder, isQuick }) {
  const ink = await bundled('ink-frames.tsx', folder);
  const ours = [];
  const inks = [];
  // A busy machine slows everything down alike; this tells by how much. It stays, because to end is work too.
  const node = [];
  const barely = [process.execPath, '-e', 'console.log("service-29"); setInterval(() => {}, 1000)'];
  for (let run = 0; run < (isQuick ? 5 : 15); run++) {
    ours.push(await firstFrameOf([process.execPath, `${root}tui/dist/main.js`, 'watch', `${root}fixtures/example`], '\u001b[?2026l'));
    node.push(await firstFrameOf(barely, 'service-29'));
    inks.push(await firstFrameOf([process.execPath, ink, 'live', '10', '9', join(folder, 'never')], 'service-29'));
  }
  const timesOf = (runs) => runs.map(({ ms }) => ms);
  const overNode = (runs) => runs.map(({ cpuMs }, run) => cpuMs - node[run].cpuMs);
  const beside = `${inkBeside(timesOf(inks), 'ms', 0)}, node alone ${spread(timesOf(node)).median.toFixed(0)} ms`;
  return [
    figure('first frame, from spawn', 'ms', timesOf(ours), { must: 120, aim: 80 }, beside),
    ...(ours.some(({ cpuMs }) => cpuMs === undefined)
      ? []
      : [figure('  processor time of that, over node alone', 'ms', overNode(ours), undefined, inkBeside(overNode(inks), 'ms', 0))]),
  ];
}

async function frames({ seconds, several }) {
  const moving = await several('our-frames.ts', { mode: 'live', fps: 10, seconds });
  const idle = await several('our-frames.ts', { mode: 'live', fps: 0, seconds });
  const ink = await several('ink-frames.tsx', { mode: 'live', fps: 10, seconds });
  return [
    figure('CPU at 10 fps', '%', of(moving, 'cpuShare', 100), { must: 5, aim: 3.5 }, inkBeside(of(ink, 'cpuShare', 100), '%')),
    figure('CPU idle', '%', of(idle, 'cpuShare', 100), { must: 1, aim: 0.5 }),
    figure(
      'bytes a frame',
      'kB',
      of(moving, 'bytesPerFrame', 1 / 1000),
      { must: 4, aim: 3 },
      inkBeside(of(ink, 'bytesPerFrame', 1 / 1000), 'kB'),
    ),
    figure('clears after the start', '', of(moving, 'clears'), { must: 0, aim: 0 }, inkBeside(of(ink, 'clears'), '', 0)),
    figure('RSS, drawing', 'MB', of(moving, 'rssBytes', 1e-6), { must: 100, aim: 85 }, inkBeside(of(ink, 'rssBytes', 1e-6), 'MB', 0)),
  ];
}

async function keys({ seconds, several }) {
  const few = await several('key-answers.ts', { mode: 'keys', fps: 40, seconds });
  const many = await several('key-answers.ts', { mode: 'keys', fps: 1_000, seconds: seconds * 2 });
  const title = 'key to changed screen, p99, at 20,000 lines/s of 40 functions';
  return [
    figure(title, 'ms', of(few, 'p99Ms'), { must: 50, aim: 25 }, keysBeside(few)),
    figure('  the same of 1,000 functions', 'ms', of(many, 'p99Ms'), undefined, keysBeside(many)),
  ];
}

async function pictures({ isQuick }) {
  const few = await picturesOf(40, 7, isQuick ? 100_000 : 1_000_000);
  const many = await picturesOf(1_000, 7, isQuick ? 50_000 : 300_000);
  const tooMany = await picturesOf(100_000, 100_000, isQuick ? 50_000 : 200_000);
  const held = `95 of 100 at most ${few.holdP95Ms.toFixed(0)} ms`;
  const toldApart = `${picturesBeside(tooMany)}, ${tooMany.functionCount} told apart`;
  return [
    figure('CPU a picture, 40 functions, 280 kinds of failure', 'ms', [few.lateMedianMs], undefined, picturesBeside(few)),
    figure('  longest that one holds the loop, of processor', 'ms', [few.holdMedianMs], { must: 50 }, held),
    figure('  the same of 1,000 functions', 'ms', [many.holdMedianMs], { must: 50 }, picturesBeside(many)),
    figure('  the same of 100,000 functions and kinds of failure', 'ms', [tooMany.holdMedianMs], { must: 50 }, toldApart),
  ];
}

async function memory({ folder, isQuick }) {
  // Linux tells the memory of a process; elsewhere these rows are left out.
  if (!existsSync('/proc/self/status')) return [];
  const { emptyBytes, fullBytes, highestBytes, takenS } = await residentAfter(
    (command) => onTerminal(command, PTY_AROUND_A_PIPE, 'pipe'),
    [process.execPath, `${root}tui/dist/main.js`, 'watch', '-', '--incidents', join(folder, 'incidents')],
    { lines: isQuick ? 200_000 : 1_000_000, functions: 40, linesASecond: 20_000 },
  );
  const beside = `highest ${(highestBytes * 1e-6).toFixed(0)} MB, taken in ${takenS.toFixed(0)} s`;
  return [
    figure('RSS empty', 'MB', [emptyBytes * 1e-6], { must: 100, aim: 85 }),
    figure(`RSS after ${isQuick ? '200,000' : '1,000,000'} lines`, 'MB', [fullBytes * 1e-6], { must: 180, aim: 150 }, beside),
  ];
}

async function heap({ several }) {
  const ours = await several('our-frames.ts', { mode: 'heap' });
  const ink = await several('ink-frames.tsx', { mode: 'heap' });
  const goal = { must: 1, aim: 0.2 };
  return [
    figure('heap growth over 5,000 frames', 'MB', of(ours, 'growthBytes', 1e-6), goal, inkBeside(of(ink, 'growthBytes', 1e-6), 'MB')),
    figure('CPU a frame, no terminal', 'ms', of(ours, 'cpuMsPerFrame'), undefined, inkBeside(of(ink, 'cpuMsPerFrame'), 'ms')),
  ];
}

function figure(name, unit, values, goal, note) {
  const figures = spread(values);
  return { figure: name, unit, ...figures, ...goal, ...(goal ? { verdict: judged(figures.median, goal, 'atMost') } : {}), note };
}

function of(results, key, factor = 1) {
  return results.map((result) => result[key] * factor);
}

function inkBeside(values, unit, digits = 1) {
  return `Ink ${spread(values).median.toFixed(digits)} ${unit}`;
}

function keysBeside(runs) {
  const of = (key) => spread(runs.map((run) => run[key])).median;
  return `p50 ${of('p50Ms').toFixed(1)} ms, ${runs[0].eventCount} lines taken in`;
}

function picturesBeside({ lateMedianMs, eventCount, memory, takenUsPerLine }) {
  return `${lateMedianMs.toFixed(0)} ms of processor a picture, ${takenUsPerLine.toFixed(1)} µs a line of ${eventCount}, RSS ${(memory.rss * 1e-6).toFixed(0)} MB`;
}

async function picturesOf(functions, kinds, lines) {
  const command = [fileURLToPath(new URL('watch/pictures.mjs', import.meta.url)), functions, kinds, lines].map(String);
  const { stdout } = await promisify(execFile)(process.execPath, command, { maxBuffer: 1e6 });
  return JSON.parse(stdout);
}

async function bundled(entry, folder) {
  const outfile = join(folder, entry.replace(/\.tsx?$/, '.mjs'));
  await build({
    absWorkingDir: root,
    entryPoints: [`test/bench/watch/${entry}`],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    jsx: 'automatic',
    conditions: ['nightlight-source'],
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [
      { name: 'without-devtools', setup: ({ onLoad }) => onLoad({ filter: /ink[\\/]build[\\/]devtools\.js$/ }, () => ({ contents: '' })) },
    ],
    banner: { js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);" },
    logLevel: 'error',
  });
  return outfile;
}

async function measuredRun(program, { mode, fps = 0, seconds = 0 }, folder) {
  const result = join(folder, 'result.json');
  const child = onTerminal([
    process.execPath,
    ...(mode === 'heap' ? ['--expose-gc'] : []),
    program,
    mode,
    String(fps),
    String(seconds),
    result,
  ]);
  child.stdout.resume();
  await ended(child);
  const measured = JSON.parse(readFileSync(result, 'utf8'));
  rmSync(result);
  return measured;
}
