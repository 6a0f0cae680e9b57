/**
 * The real `aws`, already loaded: Python's imports are nine tenths of what a call costs, and a pull makes dozens of calls.
 * Code, arguments, environment, network and exit codes are the real ones; only the start is shared.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface WarmAws {
  /** Holds an `aws` to be found first on PATH. */
  readonly folder: string;
  close(): void;
}

const SERVER = fileURLToPath(new URL('./warm-aws.py', import.meta.url));

/**
 * @param program  the real `aws`, as a path
 * @param folder  empty, short (a socket's path has 107 bytes), the caller's to remove
 * @returns undefined where that `aws` is no script of a Python whose modules can be loaded
 */
export async function startWarmAws(program: string, folder: string): Promise<WarmAws | undefined> {
  const python = /^#!(\S*python3\S*)/.exec(readFileSync(program, 'latin1').slice(0, 200))?.[1];
  if (python === undefined) return undefined;
  const path = join(folder, 'socket');
  const server = spawn(python, [SERVER, path], { stdio: ['ignore', 'pipe', 'ignore'] });
  if (!(await isReady(server))) return undefined;
  writeFileSync(join(folder, 'aws'), clientOf(python, path), { mode: 0o755 });
  return { folder, close: () => void server.kill('SIGKILL') };
}

async function isReady(server: ChildProcess): Promise<boolean> {
  const failed = Promise.race([once(server, 'exit'), once(server, 'error')]).then(() => false);
  return Promise.race([once(server.stdout!, 'data').then(() => true), failed]);
}

const clientOf = (python: string, path: string): string => `#!${python} -SE
import array, json, os, socket, struct, sys
call = json.dumps({'arguments': sys.argv[1:], 'environment': dict(os.environ)}).encode()
server = socket.socket(socket.AF_UNIX)
server.connect(${JSON.stringify(path)})
server.sendmsg([struct.pack('>I', len(call))], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [0, 1, 2]))])
server.sendall(call)
answer = server.recv(4)
sys.exit(struct.unpack('>i', answer)[0] if len(answer) == 4 else 1)
`;
