/**
 * From the start of a program to the first bytes that complete its frame, on a pseudo-terminal: time, and processor time. Time says what a
 * person waits; on a machine that does other things too only the processor time of two programs, taken in turn, can be compared.
 */
import { ended, onTerminal, PTY } from './on-terminal.mjs';

/**
 * @param mark  what stands in the output when the frame is complete
 * @returns milliseconds; those of the processor only where the system tells them, as Linux does
 */
export async function firstFrameOf(command, mark) {
  const child = onTerminal([mark, ...command], PTY_TO_A_MARK);
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  await ended(child);
  const [, spawnedAt] = /SPAWNED (\d+\.\d+)/.exec(text) ?? [];
  const [, framedAt, cpuMs] = /FRAMED (\d+\.\d+) (\S+)/.exec(text) ?? [];
  if (framedAt === undefined) throw new Error(`${command.join(' ')} drew no frame:\n${text}`);
  return { ms: Number(framedAt) - Number(spawnedAt), ...(cpuMs !== 'unknown' && { cpuMs: Number(cpuMs) }) };
}

/** The time is taken beside the program, so that no start of our own is counted; it is stopped there, and does nothing more that would be. */
const PTY_TO_A_MARK = PTY.replace('child = os.fork()', 'mark = sys.argv.pop(1).encode()\nseen = b""\nchild = os.fork()').replace(
  '    os.write(1, data)\n',
  `    seen += data
    if mark in seen:
        framed = time.time() * 1000
        os.kill(child, signal.SIGSTOP)
        try:
            tasks = '/proc/%d/task/' % child
            spent = '%.3f' % (sum(int(open(tasks + each + '/schedstat').read().split()[0]) for each in os.listdir(tasks)) / 1e6)
        except OSError:
            spent = 'unknown'
        os.kill(child, signal.SIGKILL)
        os.write(1, ('\\nFRAMED %.3f %s\\n' % (framed, spent)).encode())
        break
    os.write(1, data)
`,
);
