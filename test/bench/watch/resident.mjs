/** Memory of the shipped dashboard on a terminal: before anything came, and after lines of a busy system through a pipe. */
import { readFileSync } from 'node:fs';
import { busySystem } from './load.mjs';

const LINES_A_WRITE = 1_000;
/** Long enough for the last picture. */
const REST_MS = 3_000;

/**
 * @param onTerminal  starts a command whose standard input is a pipe, on a pseudo-terminal that tells its process id
 * @returns resident bytes, the highest included, and how long the lines took
 */
export async function residentAfter(onTerminal, command, { lines, functions, linesASecond }) {
  const child = onTerminal(command);
  let said = '';
  child.stdout.on('data', (chunk) => {
    if (said.length < 4_096) said += chunk;
  });
  await pause(1_500);
  const pid = Number(/PID (\d+)/.exec(said)?.[1]);
  const emptyBytes = residentBytes(pid, 'VmRSS');
  const next = busySystem({ functions });
  const from = performance.now();
  for (let given = 0; given < lines; given += LINES_A_WRITE) {
    const dueMs = (given / linesASecond) * 1_000 - (performance.now() - from);
    if (dueMs > 0) await pause(dueMs);
    if (!child.stdin.write(next(LINES_A_WRITE))) await new Promise((resolve) => child.stdin.once('drain', resolve));
  }
  const takenS = (performance.now() - from) / 1_000;
  await pause(REST_MS);
  const result = { emptyBytes, fullBytes: residentBytes(pid, 'VmRSS'), highestBytes: residentBytes(pid, 'VmHWM'), takenS };
  child.removeAllListeners('close');
  child.kill('SIGTERM');
  return result;
}

function residentBytes(pid, name) {
  return Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1_024;
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
