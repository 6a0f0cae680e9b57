/**
 * What the dashboard costs, on a pseudo-terminal of 120x40 with the workload of `watch/workload.mjs`, against ordinary Ink
 * boxes in the same run. `--quick` takes fewer and shorter runs.
 */
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { judged, printFigures } from './figures.mjs';
import { spread } from './statistics.mjs';
import { residentAfter } from './watch/resident.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

export async function bench(args) {
  const isQuick = args.includes('--quick');
  const folder = mkdtempSync(join(tmpdir(), 'nightlight-bench-'));
  try {
    const [ours, ink, answers] = [
      await bundled('our-frames.ts', folder),
      await bundled('ink-frames.tsx', folder),
      await bundled('key-answers.ts', folder),
    ];
    const seconds = isQuick ? 4 : 12;
    const runs = isQuick ? 1 : 3;
    const several = async (program, how) => {
      const results = [];
      for (let run = 0; run < runs; run++) results.push(await measuredRun(program, how, folder));
      return results;
    };
    const moving = await several(ours, { mode: 'live', fps: 10, seconds });
    const idle = await several(ours, { mode: 'live', fps: 0, seconds });
    const inkMoving = await several(ink, { mode: 'live', fps: 10, seconds });
    const keys = await several(answers, { mode: 'keys', fps: 40, seconds });
    const keysOfMany = await several(answers, { mode: 'keys', fps: 1_000, seconds: seconds * 2 });
    // Linux tells the memory of a process; elsewhere these rows are left out.
    const resident = existsSync('/proc/self/status')
      ? await residentAfter(
          (command) => onTerminal(command, PTY_AROUND_A_PIPE, 'pipe'),
          [process.execPath, `${root}tui/dist/main.js`, 'watch', '-', '--incidents', join(folder, 'incidents')],
          { lines: isQuick ? 200_000 : 1_000_000, functions: 40, linesASecond: 20_000 },
        )
      : undefined;
    const pictures = await picturesOf(40, 7, isQuick ? 100_000 : 1_000_000);
    const picturesOfMany = await picturesOf(1_000, 7, isQuick ? 50_000 : 300_000);
    const picturesOfTooMany = await picturesOf(100_000, 100_000, isQuick ? 50_000 : 200_000);
    const heap = await several(ours, { mode: 'heap' });
    const inkHeap = await several(ink, { mode: 'heap' });
    const first = [];
    const inkFirst = [];
    // A busy machine slows everything down alike; this tells by how much.
    const node = [];
    for (let run = 0; run < (isQuick ? 3 : 9); run++) {
      first.push(await firstFrameMs([process.execPath, `${root}tui/dist/main.js`, 'watch', `${root}fixtures/example`], /\u001b\[\?2026l/));
      node.push(await firstFrameMs([process.execPath, '-e', 'console.log("service-29")'], /service-29/));
      inkFirst.push(await firstFrameMs([process.execPath, ink, 'live', '10', '9', join(folder, 'never')], /service-29/));
    }
    const figure = (name, unit, values, goal, note) => {
      const figures = spread(values);
      return { figure: name, unit, ...figures, ...goal, ...(goal ? { verdict: judged(figures.median, goal, 'atMost') } : {}), note };
    };
    const of = (results, key, factor = 1) => results.map((result) => result[key] * factor);
    const beside = (values, unit, digits = 1) => `Ink ${spread(values).median.toFixed(digits)} ${unit}`;
    printFigures(
      [
        figure(
          'first frame, from spawn',
          'ms',
          first,
          { must: 120, aim: 80 },
          `${beside(inkFirst, 'ms', 0)}, node alone ${spread(node).median.toFixed(0)} ms`,
        ),
        figure('CPU at 10 fps', '%', of(moving, 'cpuShare', 100), { must: 5, aim: 3.5 }, beside(of(inkMoving, 'cpuShare', 100), '%')),
        figure('CPU idle', '%', of(idle, 'cpuShare', 100), { must: 1, aim: 0.5 }),
        figure(
          'bytes a frame',
          'kB',
          of(moving, 'bytesPerFrame', 1 / 1000),
          { must: 4, aim: 3 },
          beside(of(inkMoving, 'bytesPerFrame', 1 / 1000), 'kB'),
        ),
        figure('clears after the start', '', of(moving, 'clears'), { must: 0, aim: 0 }, beside(of(inkMoving, 'clears'), '', 0)),
        figure(
          'key to changed screen, p99, at 20,000 lines/s of 40 functions',
          'ms',
          of(keys, 'p99Ms'),
          { must: 50, aim: 25 },
          keysBeside(keys),
        ),
        figure('  the same of 1,000 functions', 'ms', of(keysOfMany, 'p99Ms'), undefined, keysBeside(keysOfMany)),
        figure('CPU a picture, 40 functions, 280 kinds of failure', 'ms', [pictures.lateMedianMs], undefined, picturesBeside(pictures)),
        figure(
          '  longest that one holds the loop, of processor',
          'ms',
          [pictures.holdMedianMs],
          { must: 50 },
          `95 of 100 at most ${pictures.holdP95Ms.toFixed(0)} ms`,
        ),
        figure('  the same of 1,000 functions', 'ms', [picturesOfMany.holdMedianMs], { must: 50 }, picturesBeside(picturesOfMany)),
        figure(
          '  the same of 100,000 functions and kinds of failure',
          'ms',
          [picturesOfTooMany.holdMedianMs],
          { must: 50 },
          `${picturesBeside(picturesOfTooMany)}, ${picturesOfTooMany.functionCount} told apart`,
        ),
        ...(resident === undefined
          ? []
          : [
              figure('RSS empty', 'MB', [resident.emptyBytes * 1e-6], { must: 100, aim: 85 }),
              figure(
                `RSS after ${isQuick ? '200,000' : '1,000,000'} lines`,
                'MB',
                [resident.fullBytes * 1e-6],
                { must: 180, aim: 150 },
                `highest ${(resident.highestBytes * 1e-6).toFixed(0)} MB, taken in ${resident.takenS.toFixed(0)} s`,
              ),
            ]),
        figure(
          'heap growth over 5,000 frames',
          'MB',
          of(heap, 'growthBytes', 1e-6),
          { must: 1, aim: 0.2 },
          beside(of(inkHeap, 'growthBytes', 1e-6), 'MB'),
        ),
        figure('CPU a frame, no terminal', 'ms', of(heap, 'cpuMsPerFrame'), undefined, beside(of(inkHeap, 'cpuMsPerFrame'), 'ms')),
        figure(
          'RSS, drawing',
          'MB',
          of(moving, 'rssBytes', 1e-6),
          { must: 100, aim: 85 },
          beside(of(inkMoving, 'rssBytes', 1e-6), 'MB', 0),
        ),
      ],
      `120x40, ${seconds} s a run`,
    );
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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

/** From just before the program is spawned on the terminal to the first bytes that complete a frame. */
async function firstFrameMs(command, isFrame) {
  const child = onTerminal(command);
  let text = '';
  const ms = await new Promise((resolve, reject) => {
    child.on('close', () => reject(new Error(`${command.join(' ')} drew no frame:\n${text}`)));
    child.stdout.on('data', (chunk) => {
      text += chunk;
      if (!isFrame.test(text)) return;
      // The time of the spawn is told by the pty itself, so that its own start is not counted.
      const [, spawnedAt] = /SPAWNED (\d+\.\d+)/.exec(text);
      resolve(performance.timeOrigin + performance.now() - Number(spawnedAt));
    });
  });
  child.removeAllListeners('close');
  child.kill('SIGTERM');
  await ended(child);
  return ms;
}

function onTerminal(command, pty = PTY, stdin = 'ignore') {
  const env = { ...process.env, TERM: 'xterm-256color', NO_COLOR: '', CI: '', LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' };
  delete env.NO_COLOR;
  delete env.CI;
  return spawn('python3', ['-u', '-c', pty, ...command], { env, stdio: [stdin, 'pipe', 'inherit'] });
}

function ended(child) {
  return child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : new Promise((resolve) => child.once('close', resolve));
}

/** A pseudo-terminal of 120x40 that passes everything on, and ends its program when it is ended itself. */
const PTY = `
import fcntl, os, pty, signal, struct, sys, termios, time
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack('HHHH', 40, 120, 0, 0))
sys.stdout.write('SPAWNED %.3f\\n' % (time.time() * 1000))
sys.stdout.flush()
child = os.fork()
if child == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for fd in (0, 1, 2): os.dup2(slave, fd)
    os.close(master)
    os.execvp(sys.argv[1], sys.argv[1:])
os.close(slave)
def stop(*_):
    os.kill(child, signal.SIGKILL)
signal.signal(signal.SIGTERM, stop)
while True:
    try:
        data = os.read(master, 65536)
    except OSError:
        break
    if not data: break
    os.write(1, data)
os.waitpid(child, 0)
`;

/** The same, where standard input stays the pipe that it is and keys come from the terminal; tells the process that it started. */
const PTY_AROUND_A_PIPE = PTY.replace('for fd in (0, 1, 2)', 'for fd in (1, 2)').replace(
  'os.close(slave)\ndef',
  "os.close(slave)\nos.close(0)\nsys.stdout.write('PID %d\\n' % child)\nsys.stdout.flush()\ndef",
);
