/**
 * Wall time, CPU time and peak memory of one process with all its children, as the kernel accounts them.
 *
 * Node cannot ask for the resource usage of a child it has waited for, so GNU time does, or Python where that is
 * missing. Both wait for the process itself; their own start costs the same in every figure.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const meter = existsSync('/usr/bin/time') ? 'GNU time' : 'python3 resource.getrusage';

/**
 * @param command  program and arguments
 * @param options  `timeoutMs` ends the process (SIGKILL) and throws
 * @returns wall and CPU (user + system) in seconds, highest resident set of any process in it in bytes
 */
export async function measured(command, { timeoutMs = 180_000, cwd, stdin } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'nightlight-bench-'));
  const note = join(folder, 'usage');
  const metered =
    meter === 'GNU time' ? ['/usr/bin/time', '-q', '-f', '%U %S %M', '-o', note, ...command] : ['python3', '-c', PYTHON, note, ...command];
  try {
    const from = performance.now();
    const { code, output } = await finished(metered, { timeoutMs, cwd, stdin });
    const wallS = (performance.now() - from) / 1000;
    const [userS, systemS, peakKb] = readFileSync(note, 'utf8').trim().split('\n').at(-1).split(' ').map(Number);
    return { wallS, cpuS: userS + systemS, peakBytes: peakKb * 1024, code, output };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const PYTHON =
  "import os,resource,subprocess,sys;c=subprocess.run(sys.argv[2:]).returncode;u=resource.getrusage(resource.RUSAGE_CHILDREN);k=u.ru_maxrss//(1024 if sys.platform=='darwin' else 1);open(sys.argv[1],'w').write(f'{u.ru_utime} {u.ru_stime} {k}');sys.exit(c)";

function finished([program, ...args], { timeoutMs, cwd, stdin }) {
  return new Promise((resolve, reject) => {
    // A group of its own, so that a process that hangs is ended together with its children.
    const child = spawn(program, args, { cwd, detached: true, stdio: [stdin ?? 'ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => {
      if (output.length < 65_536) output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      if (output.length < 65_536) output += chunk;
    });
    const timer = setTimeout(() => {
      process.kill(-child.pid, 'SIGKILL');
      reject(new Error(`${program} ${args.join(' ').slice(0, 200)} took longer than ${timeoutMs / 1000} s`));
    }, timeoutMs);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, output });
    });
  });
}
